using System.Text.Json;

namespace AsrFailback.Node.Tests;

/// <summary><c>check</c> reads everything, names what is wrong and changes nothing.</summary>
[Collection(KeptDrillTests.Name)]
public sealed class CheckTests(KeptDrill drill)
{
    [Fact]
    public async Task A_good_vault_has_no_findings_and_is_not_changed()
    {
        var before = FileTree.Digests(drill.Path);

        var result = (await Asrnode.RunAsync("check", "--vault", drill.Vault)).MustExit(0);

        Assert.Contains(" 0 findings", result.Output, StringComparison.Ordinal);
        Assert.Equal(before, FileTree.Digests(drill.Path));
    }

    [Fact]
    public async Task The_json_form_lists_what_was_examined_and_what_is_wrong()
    {
        var result = (await Asrnode.RunAsync("check", "--vault", drill.Vault, "--json")).MustExit(0);

        var document = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(0, document.GetProperty("findings").GetArrayLength());
        Assert.InRange(document.GetProperty("examined").GetArrayLength(), 5, 1000);
    }

    [Theory]
    [InlineData("os", 0)]
    [InlineData("data", 1)]
    public Task A_changed_byte_of_a_replica_is_named_by_disk_and_block(string disk, int number)
    {
        var block = FirstBlockWithDigest(number);
        return MustFindAsync(drill.At($"azure/disks/web01/{disk}.vhd"), [(block * 65536) + 77], 3, $"disk {number}, block {block}:");
    }

    [Theory]
    [InlineData("os", 1080)]
    [InlineData("os", 8 << 20)]
    [InlineData("os", 39 << 20)]
    [InlineData("data", 100)]
    [InlineData("data", 12 << 20)]
    [InlineData("data", (24 << 20) - 1)]
    public Task A_changed_byte_anywhere_in_a_replica_is_found(string disk, int offset) =>
        MustFindAsync(drill.At($"azure/disks/web01/{disk}.vhd"), [offset], 3, "WRONG");

    [Theory]
    [InlineData("os", 64)]
    [InlineData("data", 0)]
    public Task A_changed_footer_of_a_replica_is_named(string disk, int offset)
    {
        var path = drill.At($"azure/disks/web01/{disk}.vhd");
        return MustFindAsync(path, [new FileInfo(path).Length - 512 + offset], 3, path);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(4000)]
    [InlineData(5000)]
    [InlineData(500_000)]
    public async Task A_changed_byte_of_any_history_segment_is_named(int offset)
    {
        Assert.InRange(drill.Journal("*.seg").Length, 2, 1000);
        foreach (var segment in drill.Journal("*.seg"))
        {
            await MustFindAsync(segment, [offset], 3, segment);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(53)]
    public Task A_changed_pair_of_superblocks_is_named(int offset)
    {
        var redo = Assert.Single(drill.Journal("redo.log"));
        return MustFindAsync(redo, [offset, 4096 + offset], 3, redo);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(4096 + 30)]
    public Task One_changed_superblock_of_two_is_named(int offset)
    {
        var redo = Assert.Single(drill.Journal("redo.log"));
        return MustFindAsync(redo, [offset], 3, redo);
    }

    [Theory]
    [InlineData("onprem/agent/web01/intent.map")]
    [InlineData("azure/agent/web01/intent.map")]
    [InlineData("onprem/agent/web01/divergence.map")]
    public Task A_changed_sector_of_a_region_map_is_named(string map) => MustFindAsync(drill.At(map), [4096 + 100], 3, drill.At(map));

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(63)]
    [InlineData(71)]
    [InlineData(100)]
    public Task A_changed_header_of_the_state_is_named(int offset) => MustFindAsync(Path.Combine(drill.Vault, "state.db"), [offset], 1, Path.Combine(drill.Vault, "state.db"));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(14)]
    [InlineData(4095)]
    public Task A_changed_header_of_the_intent_bitmap_is_named(int offset)
    {
        var path = drill.At("onprem/agent/web01/intent.map");
        return MustFindAsync(path, [offset], 3, path);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(14)]
    public Task A_changed_header_of_a_digest_manifest_is_named(int offset)
    {
        var path = Assert.Single(drill.Journal("manifest-1.digests"));
        return MustFindAsync(path, [offset], 3, path);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once()
    {
        var segment = drill.Journal("*.seg")[^1];
        var intents = drill.At("onprem/agent/web01/intent.map");
        FileTree.Flip(intents, 14);
        try
        {
            await MustFindAsync(segment, [20], 3, segment, intents);
        }
        finally
        {
            FileTree.Flip(intents, 14);
        }
    }

    // A manifest is a header of 4 KiB, then 32 bytes per block; all zero is unknown.
    private long FirstBlockWithDigest(int disk)
    {
        var manifest = File.ReadAllBytes(Assert.Single(drill.Journal($"manifest-{disk}.digests")));
        for (var at = 4096; at < manifest.Length; at += 32)
        {
            if (manifest.AsSpan(at, 32).ContainsAnyExcept((byte)0))
            {
                return (at - 4096) / 32;
            }
        }

        throw new InvalidOperationException("The manifest knows no digest.");
    }

    private async Task MustFindAsync(string path, long[] offsets, int exit, params string[] named)
    {
        Array.ForEach(offsets, offset => FileTree.Flip(path, offset));
        try
        {
            var before = FileTree.Digests(drill.Path);
            var result = (await Asrnode.RunAsync("check", "--vault", drill.Vault)).MustExit(exit).MustNotShowInsides();

            Assert.All(named, name => Assert.Contains(name, result.Output + result.Errors, StringComparison.Ordinal));
            Assert.Equal(before, FileTree.Digests(drill.Path));
        }
        finally
        {
            Array.ForEach(offsets, offset => FileTree.Flip(path, offset));
        }
    }
}
