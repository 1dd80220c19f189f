using System.Text;
using System.Text.Json.Nodes;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// Data of an encrypted VMM cloud (FO-06): nobody reads it in Azure without the cloud's certificate, and nobody loses it who has that. To
/// see it fail: give no key in <c>ItemRuntime.JournalOptionsFor</c>, store the key unwrapped in <c>KeyRing.Create</c>, or let
/// <c>EncryptionChecks</c> look at nothing.
/// </summary>
[Requirement("FO-06")]
public sealed class EncryptedCloudTests
{
    private static readonly byte[] Marker = Encoding.ASCII.GetBytes("only-the-guest-of-web01-wrote-this");

    [Fact]
    public async Task What_the_guest_wrote_is_in_no_journal_and_no_secret_is_in_any_file_or_job()
    {
        var progress = new StringBuilder();
        await using var world = await EncryptedCloud.ProtectedAsync(new WorldSetup { OnProgress = one => progress.AppendLine(one.ToString()) });
        await MarkAsync(world);
        var pfx = await world.ExportAsync();

        Assert.Empty(JournalFiles(world).Where(file => Holds(file.Content, Marker)).Select(file => file.Path));
        Assert.Contains(JournalFiles(world), file => file.Path.EndsWith(".seg", StringComparison.Ordinal) && file.Content.Length > 8192);
        Assert.Contains(EncryptedCloud.Files(world.SiteRoot(DrWorld.Azure)), file => file.Path.EndsWith(".vhd", StringComparison.Ordinal) && Holds(file.Content, Marker));

        var key = world.Engine.Keys.KeyOf(world.Facts)!.Use(bytes => bytes.ToArray());
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        await world.RunAsync(EncryptedCloud.FailoverWith(await world.GiveAsync(pfx)));
        await world.RunAsync(new SwitchRecoveryPoint(DrWorld.Item, null));
        await world.CloseAsync();

        byte[][] secrets =
        [
            key, Encoding.ASCII.GetBytes(Convert.ToHexString(key)), Encoding.ASCII.GetBytes(Convert.ToHexString(key).ToLowerInvariant()), Encoding.ASCII.GetBytes(Convert.ToBase64String(key)),
            pfx[100..200], Encoding.ASCII.GetBytes(Convert.ToBase64String(pfx[99..201])),
            Encoding.UTF8.GetBytes(EncryptedCloud.Password), Encoding.Unicode.GetBytes(EncryptedCloud.Password),
        ];
        var told = EncryptedCloud.Files(world.Root).Append(("progress", Encoding.UTF8.GetBytes(progress.ToString())))
            .Where(file => secrets.Any(secret => Holds(file.Item2, secret))).Select(file => file.Item1);
        Assert.Empty(told);
    }

    [Fact]
    public async Task Without_encryption_the_same_words_are_found_in_the_journal()
    {
        await using var world = await DrWorld.CreateAsync(FabricKind.Vmm);
        await world.RunAsync(DrWorld.Enable());
        await MarkAsync(world);

        Assert.Contains(JournalFiles(world), file => Holds(file.Content, Marker));
        Assert.Null(world.Facts.Encryption);
        await world.RunAsync(EncryptedCloud.FailoverWith(null, shutDown: true));
        Assert.DoesNotContain(EncryptedCloud.Files(world.SiteRoot(DrWorld.Azure)), file => file.Path.EndsWith("key.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_right_certificate_nothing_is_changed_and_with_it_every_byte_is_there()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        world.Write();
        await world.PointAsync("before");
        var (before, point) = (world.Model.Copy(), await PointOfAsync(world, "before"));
        world.Write();
        await world.PointAsync("after");
        var pfx = await world.ExportAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        var other = await world.GiveAsync(EncryptedCloud.Foreign(DateTimeOffset.UtcNow.AddYears(1)));
        var fingerprint = world.Fingerprint();

        Assert.Equal(["EncryptionCertificateMissing"], await world.RefusedAsync(EncryptedCloud.FailoverWith(null, point)));
        Assert.Equal(["EncryptionCertificateMissing"], await world.RefusedAsync(new StartTestFailover(DrWorld.Item, null, null)));
        Assert.Equal(["EncryptionCertificateWrong"], await world.RefusedAsync(EncryptedCloud.FailoverWith(other, point)));
        Assert.Equal(["EncryptionCertificateExpired"], await world.RefusedAsync(EncryptedCloud.FailoverWith(world.Named() with { NotAfterUtc = DateTimeOffset.UtcNow.AddHours(-1) }, point)));
        Assert.Equal(fingerprint, world.Fingerprint());

        await world.RunAsync(EncryptedCloud.FailoverWith(await world.GiveAsync(pfx), point));
        world.AssertImages(DrWorld.Azure, before);
    }

    [Theory]
    [InlineData("wrong password", "EncryptionCertificateUnreadable")]
    [InlineData("no certificate", "EncryptionCertificateUnreadable")]
    [InlineData("public part only", "EncryptionCertificateWithoutKey")]
    [InlineData("too large", "FileTooLarge")]
    public async Task A_file_that_is_no_certificate_with_its_key_is_refused_and_changes_nothing(string what, string error)
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        var pfx = await world.ExportAsync();
        var fingerprint = world.Fingerprint();

        var refused = await Assert.ThrowsAsync<AsrException>(() => what switch
        {
            "wrong password" => world.GiveAsync(pfx, "another one"),
            "no certificate" => world.GiveAsync([1, 2, 3, 4]),
            "too large" => world.GiveAsync(new byte[EncryptionCertificateFile.MaxBytes + 1]),
            _ => world.GiveAsync(EncryptedCloud.Foreign(DateTimeOffset.UtcNow.AddYears(1), withKey: false)),
        });

        Assert.Equal(error, refused.Error.Id);
        Assert.Equal(fingerprint, world.Fingerprint());
    }

    [Fact]
    public async Task Opened_again_while_home_is_gone_it_waits_for_the_certificate_and_then_fails_over_to_any_point()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        world.Write();
        var point = (await world.PointAsync("chosen")).Id;
        var chosen = world.Model.Copy();
        world.Write();
        await world.PointAsync();
        var pfx = await world.ExportAsync();
        await world.CloseAsync();
        world.HomeDies();
        world.Open();

        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "EncryptionKeyMissing");
        Assert.Equal(["EncryptionCertificateMissing"], await world.RefusedAsync(EncryptedCloud.FailoverWith(null, null)));
        Assert.Equal(["EncryptionKeyMissing"], await world.RefusedAsync(EncryptedCloud.FailoverWith(world.Named(), null)));

        var certificate = await world.GiveAsync(pfx);
        Assert.DoesNotContain((await world.ItemAsync()).HealthErrors, error => error.Id == "EncryptionKeyMissing");
        Assert.Contains(await world.Engine.GetRecoveryPointsAsync(DrWorld.Item), listed => listed.Label == "chosen");
        await world.RunAsync(EncryptedCloud.FailoverWith(certificate, point));
        world.AssertImages(DrWorld.Azure, chosen);
    }

    [Fact]
    public async Task Opened_again_while_home_answers_it_goes_on_by_itself()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        world.Write();
        await world.PointAsync();
        await world.ReopenAsync();
        world.Write();
        await InOrderAsync(world);

        await world.PointAsync();
        Assert.Empty((await world.ItemAsync()).HealthErrors);
        await world.RunAsync(EncryptedCloud.FailoverWith(world.Named(), shutDown: true));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_failover_that_was_stopped_in_the_middle_asks_for_the_certificate_and_goes_on_with_it()
    {
        var interruption = new Interruption { Only = "redo.log" };
        await using var world = await EncryptedCloud.ProtectedAsync(WorldSetup.With(interruption));
        world.Write();
        await world.PointAsync();
        await world.DrainAsync();
        var pfx = await world.ExportAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        var certificate = await world.GiveAsync(pfx);
        interruption.StopAt(2);
        await Record.ExceptionAsync(async () => await world.Engine.WaitForJobAsync((await world.Engine.SubmitAsync(EncryptedCloud.FailoverWith(certificate), "job-1")).Name));
        await world.AbandonAsync();
        Assert.True(interruption.Happened);
        interruption.Disarm();
        world.Open();

        var job = await world.Engine.WaitForJobAsync("job-1").WaitAsync(DrWorld.Patience);
        Assert.Equal("EncryptionKeyMissing", job.Error?.Id);
        Assert.True(job.Error!.Temporary);
        Assert.True(world.Facts.Switching);

        await world.GiveAsync(pfx);
        await world.Engine.RestartJobAsync("job-1");
        job = await world.Engine.WaitForJobAsync("job-1").WaitAsync(DrWorld.Patience);
        Assert.Equal(JobState.Succeeded, job.State);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task A_failover_that_was_submitted_before_the_engine_closed_waits_for_the_certificate_too()
    {
        var interruption = new Interruption();
        await using var world = await EncryptedCloud.ProtectedAsync(WorldSetup.With(interruption));
        world.Write();
        var point = (await world.PointAsync()).Id;
        await world.DrainAsync();
        var pfx = await world.ExportAsync();
        world.Engine.SetSiteCondition(DrWorld.Home, reachable: false, connected: false);
        var certificate = await world.GiveAsync(pfx);
        interruption.StopAt(3); // the job is recorded, and nothing else
        await Record.ExceptionAsync(async () => await world.Engine.WaitForJobAsync((await world.Engine.SubmitAsync(EncryptedCloud.FailoverWith(certificate, point), "job-1")).Name));
        await world.AbandonAsync();
        interruption.Disarm();
        world.Open();

        Assert.Equal("EncryptionKeyMissing", (await world.Engine.WaitForJobAsync("job-1").WaitAsync(DrWorld.Patience)).Error?.Id);
        await world.GiveAsync(pfx);
        await world.Engine.RestartJobAsync("job-1");
        Assert.Equal(JobState.Succeeded, (await world.Engine.WaitForJobAsync("job-1").WaitAsync(DrWorld.Patience)).State);
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task Until_the_commit_the_point_is_changed_and_the_failover_taken_back()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        world.Write();
        var point = (await world.PointAsync("chosen")).Id;
        var chosen = world.Model.Copy();
        world.Write();
        await world.PointAsync();
        var source = world.Model.Copy();
        await world.RunAsync(EncryptedCloud.FailoverWith(world.Named(), shutDown: true));
        world.Write(20);

        await world.RunAsync(new SwitchRecoveryPoint(DrWorld.Item, point));
        world.AssertImages(DrWorld.Azure, chosen);
        world.Model = chosen;
        await MarkAsync(world, point: false);
        Assert.Empty(JournalFiles(world).Where(file => Holds(file.Content, Marker)).Select(file => file.Path));

        await world.ReopenAsync();
        await world.RunAsync(new CancelFailover(DrWorld.Item));
        world.AssertImages(DrWorld.Home, source);
        world.Model = source;
        world.Write(5);
        await InOrderAsync(world);
        await world.PointAsync();
        Assert.Empty(JournalFiles(world).Where(file => Holds(file.Content, Marker)).Select(file => file.Path));
    }

    [Fact]
    public async Task Home_again_and_protected_once_more_its_data_is_encrypted_as_before()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        var key = world.Engine.Keys.KeyOf(world.Facts)!.Id.ToArray();
        world.Write();
        await world.RunAsync(EncryptedCloud.FailoverWith(world.Named(), shutDown: true));
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        world.Write();
        await world.RunAsync(new StartFailover(DrWorld.Item, null, ShutDownSource: true) { Type = FailoverType.Planned, CompletesItself = true });
        world.AssertImages(DrWorld.Home, world.Model);
        await world.RunAsync(new CommitFailover(DrWorld.Item));
        await world.RunAsync(new Reprotect(DrWorld.Item));

        await MarkAsync(world);

        Assert.Equal(key, world.Engine.Keys.KeyOf(world.Facts)!.Id.ToArray());
        Assert.Contains(JournalFiles(world), file => file.Path.EndsWith(".seg", StringComparison.Ordinal));
        Assert.Empty(JournalFiles(world).Where(file => Holds(file.Content, Marker)).Select(file => file.Path));
        Assert.Equal(["EncryptionCertificateMissing"], await world.RefusedAsync(EncryptedCloud.FailoverWith(null)));
    }

    [Fact]
    public async Task A_test_failover_needs_the_certificate_and_shows_every_byte()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        world.Write();
        await world.PointAsync();
        var tested = world.Model.Copy();
        world.Write();

        await world.RunAsync(new StartTestFailover(DrWorld.Item, null, null) { EncryptionCertificate = world.Named() });

        Assert.Empty(MachineModel.ReadFrom(world.Engine.OpenTestMachine(DrWorld.Item)).DifferencesFrom(tested));
        await world.RunAsync(new CleanUpTestFailover(DrWorld.Item));
    }

    [Fact]
    public async Task A_new_certificate_takes_the_place_of_the_old_one_and_history_stays_readable()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        world.Write();
        var point = (await world.PointAsync("chosen")).Id;
        var chosen = world.Model.Copy();
        world.Write();
        await world.PointAsync();
        var (old, oldName) = (await world.ExportAsync(), world.Named());

        await world.RunAsync(EncryptedCloud.Issue());

        Assert.NotEqual(oldName.Thumbprint, world.Facts.Encryption!.Thumbprint);
        Assert.Equal(world.Facts.Encryption.Thumbprint, Assert.Single(world.Inventory(DrWorld.Home).Clouds).EncryptionCertificate);
        var keys = JsonNode.Parse(File.ReadAllText(KeyFile(world)))!["keys"]!.AsArray();
        Assert.Equal(world.Facts.Encryption.Thumbprint, (string?)Assert.Single(keys)!["thumbprint"]);
        Assert.Empty((await world.ItemAsync()).HealthErrors);
        var pfx = await world.ExportAsync();
        await world.CloseAsync();
        world.HomeDies();
        world.Open();
        await world.GiveAsync(old);
        Assert.Equal(["EncryptionCertificateWrong"], await world.RefusedAsync(EncryptedCloud.FailoverWith(oldName)));
        await world.RunAsync(EncryptedCloud.FailoverWith(await world.GiveAsync(pfx), point));
        world.AssertImages(DrWorld.Azure, chosen);
    }

    [Fact]
    public async Task A_cloud_that_is_changed_by_hand_is_noticed_and_changes_nothing()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        world.Write();
        var named = world.Named();
        world.EditSite(DrWorld.Home, site => site["clouds"] = new JsonArray(new JsonObject { ["name"] = EncryptedCloud.Cloud }));

        var found = Assert.Single((await world.Engine.GetProtectedItemAsync(DrWorld.Item))!.HealthErrors, error => error.Id == "CloudEncryptionChanged");

        Assert.Contains(named.Thumbprint, found.Message, StringComparison.Ordinal);
        await world.PointAsync();
        await MarkAsync(world);
        Assert.Empty(JournalFiles(world).Where(file => Holds(file.Content, Marker)).Select(file => file.Path));
        Assert.Equal(["EncryptionCertificateMissing"], await world.RefusedAsync(EncryptedCloud.FailoverWith(null)));
        await world.RunAsync(EncryptedCloud.FailoverWith(named, shutDown: true));
    }

    [Fact]
    public async Task A_cloud_whose_certificate_is_not_kept_or_has_expired_takes_no_protection()
    {
        var clock = new ManualClock();
        await using var world = await DrWorld.CreateAsync(FabricKind.Vmm, setup: new WorldSetup { Clock = clock });
        world.EditSite(DrWorld.Home, site => site["clouds"]![0]!["encryptionCertificate"] = "AB12");
        Assert.Equal(["EncryptionCertificateNotIssued"], await world.RefusedAsync(DrWorld.Enable()));

        await world.RunAsync(EncryptedCloud.Issue());
        clock.Advance(Encryption.CloudCertificate.Validity + TimeSpan.FromDays(1));
        Assert.Equal(["EncryptionCertificateExpired"], await world.RefusedAsync(DrWorld.Enable()));
        Assert.Equal(["CloudNotFound"], await world.RefusedAsync(new IssueEncryptionCertificate(DrWorld.Home, "nowhere")));
        Assert.Equal(["CloudNotFound"], await world.RefusedAsync(new IssueEncryptionCertificate(DrWorld.Azure, EncryptedCloud.Cloud)));
    }

    [Fact]
    public async Task The_private_key_at_the_site_is_its_owner_s_alone_and_an_expired_one_opens_nothing()
    {
        var clock = new ManualClock();
        await using var world = await EncryptedCloud.ProtectedAsync(new WorldSetup { Clock = clock });
        var pfx = await world.ExportAsync();
        var provider = Path.Combine(world.SiteRoot(DrWorld.Home), "provider");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(provider));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Assert.Single(Directory.GetFiles(provider))));
        }

        await world.CloseAsync();
        world.HomeDies();
        clock.Advance(Encryption.CloudCertificate.Validity + TimeSpan.FromDays(1));
        world.Open();
        var expired = await world.GiveAsync(pfx);
        Assert.Equal(["EncryptionCertificateExpired"], await world.RefusedAsync(EncryptedCloud.FailoverWith(expired)));
        Assert.True(world.Engine.Keys.IsMissing(world.Facts));

        world.HomeIsBack();
        await world.Engine.RefreshFabricAsync(DrWorld.Home);
        await world.RunAsync(EncryptedCloud.Issue()); // the way out
        await world.RunAsync(EncryptedCloud.FailoverWith(await world.GiveAsync(await world.ExportAsync()), shutDown: true));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("damaged")]
    [InlineData("of another key")]
    public async Task Without_its_wrapped_key_history_is_refused_and_nothing_of_it_is_lost(string what)
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        world.Write();
        await world.PointAsync();
        await world.CloseAsync();
        var (path, whole) = (KeyFile(world), File.ReadAllText(KeyFile(world)));
        var journal = JournalFiles(world).Select(file => (file.Path, Convert.ToHexString(file.Content))).ToArray();
        File.WriteAllText(path, what == "damaged" ? "{" : Regenerated(whole));
        if (what == "missing")
        {
            File.Delete(path);
        }

        world.Open();
        Assert.Contains((await world.ItemAsync()).HealthErrors, error => error.Id == "EncryptionKeyFileDamaged");
        await world.CloseAsync();
        Assert.Equal(journal, JournalFiles(world).Select(file => (file.Path, Convert.ToHexString(file.Content))));

        File.WriteAllText(path, whole);
        world.Open();
        await world.RunAsync(EncryptedCloud.FailoverWith(world.Named(), shutDown: true));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    [Fact]
    public async Task Disabled_and_protected_again_it_has_a_key_of_its_own()
    {
        await using var world = await EncryptedCloud.ProtectedAsync();
        var first = world.Engine.Keys.KeyOf(world.Facts)!.Id.ToArray();
        await world.RunAsync(new DisableProtection(DrWorld.Item));
        Assert.DoesNotContain(EncryptedCloud.Files(world.SiteRoot(DrWorld.Azure)), file => file.Path.EndsWith("key.json", StringComparison.Ordinal));

        await world.RunAsync(DrWorld.Enable());

        Assert.NotEqual(first, world.Engine.Keys.KeyOf(world.Facts)!.Id.ToArray());
        await world.RunAsync(EncryptedCloud.FailoverWith(world.Named(), shutDown: true));
        world.AssertImages(DrWorld.Azure, world.Model);
    }

    // A point is refused until then.
    private static Task InOrderAsync(DrWorld world) => Waiting.UntilAsync(() => world.Engine.RuntimeOf(DrWorld.Item).Session?.Status.Mode == ReplicationMode.InOrder);

    // The same words in every block that is saved and in a record that waits.
    private static async Task MarkAsync(DrWorld world, bool point = true)
    {
        for (var round = 0; round < 3; round++)
        {
            world.Engine.OpenMachine(DrWorld.Item).Write(0, 64 * 1024, [.. Marker, .. new byte[4096 - Marker.Length]]);
            if (point)
            {
                await world.PointAsync($"{round}");
            }
        }
    }

    private static (string Path, byte[] Content)[] JournalFiles(DrWorld world) =>
        [.. EncryptedCloud.Files(world.SiteRoot(DrWorld.Azure)).Where(file => file.Path.EndsWith("redo.log", StringComparison.Ordinal) || file.Path.EndsWith(".seg", StringComparison.Ordinal)).OrderBy(file => file.Path, StringComparer.Ordinal)];

    private static string KeyFile(DrWorld world) => Directory.EnumerateFiles(world.SiteRoot(DrWorld.Azure), "key.json", SearchOption.AllDirectories).Single();

    // The wrapped key, its bytes turned around.
    private static string Regenerated(string file)
    {
        var document = JsonNode.Parse(file)!;
        document["keys"]![0]!["key"] = Convert.ToBase64String([.. Convert.FromBase64String((string)document["keys"]![0]!["key"]!).Reverse()]);
        return document.ToJsonString();
    }

    private static async Task<Guid?> PointOfAsync(DrWorld world, string label) =>
        (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Single(point => point.Label == label).Id;

    private static bool Holds(byte[] content, byte[] words) => content.AsSpan().IndexOf(words) >= 0;
}
