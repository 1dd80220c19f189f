using System.Text;
using AsrFailback.Core.Errors;
using Xunit.Abstractions;

namespace AsrFailback.Fabrics.Tests;

/// <summary>Snapshots that are not what they say: a refusal that changes nothing, or the bytes that are there.</summary>
public sealed class SnapshotRefusalTests : IDisposable
{
    private const int Mutations = 2000;

    private readonly SnapshotBench _bench = new();
    private readonly ITestOutputHelper _output;

    public SnapshotRefusalTests(ITestOutputHelper output) => _output = output;

    public void Dispose() => _bench.Dispose();

    // what is done to the chain | what the refusal says
    [Theory]
    [Requirement("RP-05")]
    [InlineData("parent content", "content id")]
    [InlineData("base content", "content id")]
    [InlineData("no parent file", "is missing")]
    [InlineData("no base", "is missing")]
    [InlineData("no extent", "that is there")]
    [InlineData("no flat", "that is there")]
    [InlineData("parent elsewhere", "plain file name")]
    [InlineData("parent by a path", "plain file name")]
    [InlineData("extent elsewhere", "plain file name")]
    [InlineData("extent of another disk", "called after it")]
    [InlineData("extent of another format", "called after it")]
    [InlineData("circle", "more than 32")]
    [InlineData("another kind", "vmfsSparse")]
    [InlineData("two parents", "one parent")]
    [InlineData("parent without name", "one parent")]
    [InlineData("another size", "and the machine says")]
    [InlineData("part of another size", "the descriptor")]
    [InlineData("damaged", "disk")]
    [InlineData("another branch", "as well")]
    [InlineData("another branch of another kind", "as well")]
    public void A_chain_that_cannot_be_merged_is_refused_with_the_remedy_and_nothing_changes(string what, string why)
    {
        Spoil(what);
        var before = State();

        var refused = Assert.IsType<AsrException>(Record.Exception(() => _bench.Site.MergeSnapshots("web01")));

        Assert.Equal("SnapshotChainUnusable", refused.Error.Id);
        Assert.Contains(why, refused.Error.Message, StringComparison.Ordinal);
        Assert.Contains("Delete the snapshots", refused.Error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, State());
    }

    [Theory]
    [InlineData("os-000001.vmdk")]
    [InlineData("os-000001-s002.vmdk")]
    [InlineData("os-flat.vmdk")]
    [Requirement("RP-05")]
    public void A_link_is_not_followed(string name)
    {
        var outside = Path.Combine(_bench.Folder.Outside, name);
        Directory.CreateDirectory(_bench.Folder.Outside);
        File.Move(_bench.In(name), outside);
        File.CreateSymbolicLink(_bench.In(name), outside);
        var before = File.ReadAllBytes(outside);

        Assert.IsType<AsrException>(Record.Exception(() => _bench.Site.MergeSnapshots("web01")));

        Assert.Equal(before, File.ReadAllBytes(outside));
        Assert.Contains(SnapshotBench.Newest, _bench.Document, StringComparison.Ordinal);
    }

    // the file of the chain that somebody else's disk is
    [Theory]
    [InlineData("os.vmdk")]
    [InlineData("os-000001.vmdk")]
    [InlineData("os-000002.vmdk")]
    public void A_disk_that_another_machine_uses_is_not_written(string shared)
    {
        var document = _bench.Document.Replace(SnapshotBench.Newest, shared, StringComparison.Ordinal).Replace("data.vmdk", "other.vmdk", StringComparison.Ordinal);
        _bench.Folder.Write("machines/web02.json", document);
        _bench.Folder.Write("machines/web03.json", "no machine");
        var before = State();

        Assert.Equal("DiskShared", Reading.IdOf(Record.Exception(() => _bench.Site.MergeSnapshots("web01"))));

        Assert.Equal(before, State());
    }

    [Fact]
    [Requirement("RP-05")]
    public void Snapshots_that_must_not_be_merged_are_not()
    {
        _bench.Use(SnapshotBench.Newest, 2, merge: false);
        var before = State();

        Assert.Equal("SnapshotMergeFails", Reading.IdOf(Record.Exception(() => _bench.Site.MergeSnapshots("web01"))));

        Assert.Equal(before, State());
    }

    [Fact]
    [Requirement("RP-05")]
    public void A_snapshot_with_any_bytes_changed_is_refused_or_merged_as_it_is()
    {
        var random = new Random(Chance.Seed(_output));
        var below = Merged(SnapshotBench.Oldest);
        var (image, text) = (File.ReadAllBytes(_bench.In(SnapshotBench.Newest)), File.ReadAllBytes(_bench.In(SnapshotBench.Oldest)));
        var files = Directory.EnumerateFiles(_bench.DiskFolder).ToDictionary(path => path, File.ReadAllBytes);
        var (document, merged) = (_bench.Document, 0);
        for (var mutation = 0; mutation < Mutations; mutation++)
        {
            Restore(files, document);
            var header = mutation % 3 != 0;
            var changed = Changed(random, header ? image : text, header ? DeltaImage.Table + 128 : text.Length);
            File.WriteAllBytes(_bench.In(header ? SnapshotBench.Newest : SnapshotBench.Oldest), changed);

            var thrown = Record.Exception(() => _bench.Folder.Open().MergeSnapshots("web01"));

            if (thrown is null)
            {
                merged++;
                _bench.RequireMerged(header ? DeltaImage.Over(below, changed) : _bench.Expected);
            }
            else
            {
                Assert.True(thrown is AsrException { Error.Id: "SnapshotChainUnusable" }, $"{mutation}: {thrown}");
                Assert.Equal(_bench.Base, _bench.Flat);
                Assert.Equal(document, _bench.Document);
                Assert.Equal(files.Keys.Order(StringComparer.Ordinal), Directory.EnumerateFiles(_bench.DiskFolder).Order(StringComparer.Ordinal));
            }
        }

        _output.WriteLine($"{merged} of {Mutations} merged");
        Assert.InRange(merged, 1, Mutations - 1);
        Assert.False(Directory.Exists(_bench.Folder.Outside));
    }

    private static byte[] Changed(Random random, byte[] image, int length)
    {
        var changed = image.ToArray();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var at = random.Next(3) == 0 ? random.Next(Math.Min(length, 80)) : random.Next(length);
            changed[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => (byte)(changed[at] ^ (1 << random.Next(8))), _ => changed[random.Next(length)] };
        }

        return changed;
    }

    // What the disk holds below the newest snapshot.
    private static byte[] Merged(string file)
    {
        using var bench = new SnapshotBench();
        File.Delete(bench.In(SnapshotBench.Newest));
        bench.Use(file, 1);
        bench.Site.MergeSnapshots("web01");
        return bench.Flat;
    }

    private void Restore(Dictionary<string, byte[]> files, string document)
    {
        foreach (var (path, content) in files)
        {
            File.WriteAllBytes(path, content);
        }

        _bench.Folder.Write("machines/web01.json", document);
    }

    private string State() => string.Join('\n', Directory.EnumerateFiles(_bench.Folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}"));

    private void Spoil(string what)
    {
        switch (what)
        {
            case "parent content": _bench.WriteNewest(parentContent: "11111112"); break;
            case "base content": _bench.WriteOldest(parentContent: "abce"); break;
            case "no parent file": File.Delete(_bench.In(SnapshotBench.Oldest)); break;
            case "no base": File.Delete(_bench.In("os.vmdk")); break;
            case "no extent": File.Delete(_bench.In("os-000001-s002.vmdk")); break;
            case "no flat": File.Delete(_bench.In("os-flat.vmdk")); break;
            case "parent elsewhere": _bench.WriteNewest(parent: "../web01/" + SnapshotBench.Oldest); break;
            case "parent by a path": _bench.WriteOldest(parent: _bench.In("os.vmdk")); break;
            case "extent elsewhere": Edit("\"os-000001-s002.vmdk\"", "\"../os-000001-s002.vmdk\""); break;
            case "extent of another disk": Edit("os-000001-s002.vmdk", "data-flat.vmdk"); break;
            case "extent of another format": Edit("SPARSE \"os-000001-s002.vmdk\"", "FLAT \"os-000001-s002.vmdk\" 0"); break;
            case "circle": _bench.WriteOldest(parent: SnapshotBench.Newest); break;
            case "another kind": Edit("twoGbMaxExtentSparse", "vmfsSparse"); break;
            case "two parents": Edit("createType", "parentFileNameHint=\"data.vmdk\"\ncreateType"); break;
            case "parent without name": Edit("parentFileNameHint", "hint"); break;
            case "another size": File.WriteAllBytes(_bench.In(SnapshotBench.Newest), DeltaImage.Sparse(SnapshotBench.Bytes - 512, Single("11111111", SnapshotBench.Oldest))); break;
            case "part of another size": Edit("RW 128 ", "RW 136 "); break;
            case "damaged": File.WriteAllBytes(_bench.In(SnapshotBench.Newest), Encoding.ASCII.GetBytes("KDMV and nothing else")); break;
            case "another branch": File.WriteAllBytes(_bench.In("os-000003.vmdk"), DeltaImage.Sparse(SnapshotBench.Bytes, Single("abcd", "os.vmdk"))); break;
            case "another branch of another kind": _bench.Put("os-000003.vmdk", DeltaImage.Descriptor("vmfsSparse", "33333333", "abcd", "/vmfs/volumes/ds/web01/os.vmdk")); break;
            default: throw new ArgumentException(what);
        }
    }

    private static string Single(string parentContent, string parent) =>
        DeltaImage.Descriptor("monolithicSparse", "33333333", parentContent, parent, $"RW {SnapshotBench.Bytes / 512} SPARSE \"self.vmdk\"");

    private void Edit(string old, string replacement)
    {
        var text = File.ReadAllText(_bench.In(SnapshotBench.Oldest));
        Assert.Contains(old, text, StringComparison.Ordinal);
        _bench.Put(SnapshotBench.Oldest, text.Replace(old, replacement, StringComparison.Ordinal));
    }
}
