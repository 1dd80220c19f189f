using AsrFailback.Core.Jobs;
using AsrFailback.Core.Ports;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Vaults;
using AsrFailback.Storage;

namespace AsrFailback.Engine.Tests;

/// <summary>Who did what is recorded before it happens, and a record that was tampered with is found.</summary>
public sealed class AuditLogTests
{
    private static readonly Caller Operator = new("ops", "dr01", "pwsh 42");

    [Fact]
    [Requirement("FO-11")]
    public async Task Every_job_leaves_who_what_when_and_how_it_ended()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20], Adjust = options => options with { Caller = Operator } });
        var job = await world.Engine.WaitForJobAsync((await world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "") { SkipChecks = [] })).Name);

        var entries = (await world.Engine.GetAuditEntriesAsync()).Where(entry => entry.Job == job.Name).ToArray();

        Assert.Equal([AuditAction.Ended, AuditAction.Submitted], entries.Select(entry => entry.Action));
        Assert.All(entries, entry => Assert.Equal((Operator, DrWorld.Item, job.FriendlyName, job.CorrelationId), (entry.Caller, entry.Target, entry.Operation, entry.CorrelationId)));
        Assert.Equal((JobState.Succeeded, null), (entries[0].Outcome!.Value, entries[0].Error));
        Assert.Equal(Operator, job.StartedBy);
        Assert.NotEqual(Guid.Empty, job.CorrelationId);
    }

    [Fact]
    public async Task A_refusal_leaves_no_entry()
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        var before = (await world.Engine.GetAuditEntriesAsync()).Count;

        await Assert.ThrowsAsync<AsrException>(() => world.Engine.SubmitAsync(new CommitFailover(DrWorld.Item)));

        Assert.Equal(before, (await world.Engine.GetAuditEntriesAsync()).Count);
    }

    // To see it fail: start the job before its entry is written.
    [Fact]
    public async Task What_cannot_be_recorded_does_not_begin()
    {
        var setup = new WorldSetup { DiskBytes = [1 << 20] };
        await using var world = await DrWorld.ProtectedAsync(setup);
        var points = (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count;
        setup.OnStore = change => _ = change.StartsWith("audit ", StringComparison.Ordinal) ? throw new IOException("no room") : true;

        await Assert.ThrowsAsync<IOException>(() => world.Engine.SubmitAsync(new CreateRecoveryPoint(DrWorld.Item, "")));

        setup.OnStore = _ => { };
        Assert.Equal(points, (await world.Engine.GetRecoveryPointsAsync(DrWorld.Item)).Count);
        Assert.DoesNotContain(await world.Engine.GetJobsAsync(), job => job.State == JobState.NotStarted);
    }

    // To see it fail: let Check believe a line without its hash, or without the marks of the jobs.
    [Theory]
    [InlineData("a letter of an entry", "entry 2 was changed")]
    [InlineData("an entry in the middle gone", "entry 3 was changed or is missing")]
    [InlineData("two entries exchanged", "entry 2 was changed")]
    [InlineData("the newest entries gone", "is missing or was replaced")]
    [InlineData("an entry rewritten with its hash", "entry 3 was changed")]
    [InlineData("unreadable", "entry 2 was changed")]
    [InlineData("all gone, as if by age", "did not go by their age")]
    [InlineData("the oldest gone, as if by age", "did not go by their age")]
    [InlineData("nothing", "")]
    public async Task Tampering_is_found_and_named(string what, string finding)
    {
        await using var world = await DrWorld.ProtectedAsync(new WorldSetup { DiskBytes = [1 << 20] });
        await world.PointAsync();
        await world.CloseAsync();
        using (var store = VaultFolder.OpenState(world.VaultFolder, new EngineOptions()))
        {
            Tamper(store, what);
        }

        var findings = VaultChecker.Check(world.VaultFolder, world.Options()).Findings.Where(found => found.StartsWith("audit log", StringComparison.Ordinal)).ToArray();

        if (finding.Length == 0)
        {
            Assert.Empty(findings);
        }
        else
        {
            Assert.Contains(finding, Assert.Single(findings), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_entry_that_cannot_be_read_is_left_out()
    {
        using var store = new MemoryState().Open();
        var log = new AuditLog(store, new EngineOptions());
        var job = log.Note(log.Note(JobRecord.Create("job", new CommitFailover("web01"), DateTimeOffset.UnixEpoch), AuditAction.Submitted), AuditAction.Ended);
        Tamper(store, "unreadable");

        Assert.Equal([AuditAction.Submitted], log.List().Select(entry => entry.Action));
        Assert.Equal(3, log.Note(job, AuditAction.Restarted).Audit!.Number);
    }

    [Fact]
    public void The_oldest_entries_go_and_the_rest_is_still_a_chain()
    {
        using var store = new MemoryState().Open();
        var log = new AuditLog(store, new EngineOptions { Clock = new ManualClock() });
        var job = JobRecord.Create("job", new CommitFailover("web01"), DateTimeOffset.UnixEpoch);
        for (var number = 0; number < AuditLog.MostEntries + 2_000; number++)
        {
            job = log.Note(job, AuditAction.Submitted);
        }

        Assert.InRange(log.List().Count(), AuditLog.MostEntries, AuditLog.MostEntries + 1_000);
        Assert.Empty(AuditLog.Check(store));
        Assert.Equal(AuditLog.MostEntries + 2_001, new AuditLog(store, new EngineOptions()).Note(job, AuditAction.Ended).Audit!.Number);
    }

    private static void Tamper(IStateStore store, string what)
    {
        var lines = store.List("audit");
        void BeginAfter(IReadOnlyList<StoredDocument> gone)
        {
            store.Put("audit-begin", "audit-begin", EngineJson.Write(new AuditMark(gone.Count, EngineJson.Read<AuditLine>(gone[^1].Json).Hash)), 0);
            foreach (var line in gone)
            {
                store.Delete("audit", line.Key);
            }
        }

        void Put(StoredDocument line, string json) => store.Put(line.Kind, line.Key, json, store.Find(line.Kind, line.Key)!.Version);
        switch (what)
        {
            case "a letter of an entry":
                Put(lines[1], lines[1].Json.Replace("Submitted", "Restarted", StringComparison.Ordinal).Replace("Ended", "Stopped", StringComparison.Ordinal));
                break;
            case "an entry in the middle gone":
                store.Delete("audit", lines[2].Key);
                break;
            case "two entries exchanged":
                Put(lines[1], lines[2].Json);
                Put(lines[2], lines[1].Json);
                break;
            case "the newest entries gone":
                store.Delete("audit", lines[^1].Key);
                store.Delete("audit", lines[^2].Key);
                break;
            case "an entry rewritten with its hash":
                var before = EngineJson.Read<AuditLine>(lines[0].Json);
                Put(lines[1], EngineJson.Write(AuditLine.After(before.Hash, EngineJson.Read<AuditLine>(lines[1].Json).Entry.Replace("vault", "other", StringComparison.Ordinal) + " ")));
                break;
            case "unreadable":
                Put(lines[1], "{");
                break;
            case "all gone, as if by age":
                BeginAfter(lines);
                break;
            case "the oldest gone, as if by age":
                BeginAfter([.. lines.Take(2)]);
                break;
        }
    }
}
