using AsrFailback.Replication.Disks;

namespace AsrFailback.Replication.Tests;

/// <summary>How the converter is started and ended; a script stands in for it.</summary>
public sealed class QemuImgTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [UnixFact]
    public void It_is_told_the_format_and_gets_every_argument_as_it_is()
    {
        var program = Script($"""
            for argument in "$@"; do printf '%s\n' "$argument" >> '{_folder["arguments"]}'; done
            [ "$1" = convert ] || echo '{"{"}"virtual-size": 512{"}"}'
            """);
        program.ConvertToRaw("/a file; $(touch x).vhdx", ImageFormat.Vhdx, "/to/raw file", CancellationToken.None);

        Assert.Equal(
            ["info", "--output=json", "-f", "vhdx", "/a file; $(touch x).vhdx", "convert", "-f", "vhdx", "-O", "raw", "/a file; $(touch x).vhdx", "/to/raw file"],
            File.ReadAllLines(_folder["arguments"]));
    }

    [UnixFact]
    public void The_largest_disk_has_a_limit_of_time_too() =>
        Script($"echo '{"{"}\"virtual-size\": {DiskImage.MostBytes}{"}"}'").ConvertToRaw("/disk", ImageFormat.Vdi, "/raw", CancellationToken.None);

    [UnixFact]
    public async Task It_ends_when_nobody_wants_its_work_any_more()
    {
        using var stop = new CancellationTokenSource();
        var program = Sleeper();
        var converting = Task.Run(() => program.SizeOf("/disk", ImageFormat.Vdi, stop.Token));
        var process = await StartedAsync();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => converting.OrFail());
        Assert.False(IsRunning(process));
    }

    [UnixFact]
    public async Task It_ends_when_its_time_is_over_and_the_error_says_so()
    {
        var program = Sleeper(TimeSpan.FromMilliseconds(500));
        var refused = Assert.Throws<AsrException>(() => program.SizeOf("/disk", ImageFormat.Vdi, CancellationToken.None));

        Assert.Equal("ConversionFailed", refused.Error.Id);
        Assert.Contains("longer than", refused.Error.Message, StringComparison.Ordinal);
        Assert.False(IsRunning(await StartedAsync()));
    }

    [ToolFact("prlimit", "util-linux")]
    public void Its_memory_is_limited()
    {
        var refused = Assert.Throws<AsrException>(() => Script("ulimit -v >&2; exit 1").SizeOf("/disk", ImageFormat.Vdi, CancellationToken.None));

        Assert.Contains($"{QemuImg.MemoryLimit / 1024}", refused.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_that_cannot_be_started_is_an_error_of_the_catalogue()
    {
        File.WriteAllText(_folder["qemu-img"], "no program");
        var refused = Assert.Throws<AsrException>(() => new QemuImg(_folder["qemu-img"]).SizeOf("/disk", ImageFormat.Vdi, CancellationToken.None));

        Assert.Equal("ConversionFailed", refused.Error.Id);
    }

    [UnixFact]
    public void What_it_says_of_a_failure_is_told_and_kept_short()
    {
        var refused = Assert.Throws<AsrException>(() => Script("""
            echo 'qemu-img: Could not open it' >&2
            head -c 100000 /dev/zero | tr '\0' x >&2
            exit 1
            """).SizeOf("/disk", ImageFormat.Vdi, CancellationToken.None));

        Assert.Contains("Could not open it", refused.Error.Message, StringComparison.Ordinal);
        Assert.InRange(refused.Error.Message.Length, 100, 700);
    }

    [UnixTheory]
    [InlineData("""{"virtual-size": 512, "backing-filename": "/etc/passwd"}""", "ImageInvalid")]
    [InlineData("""{"virtual-size": 512, "full-backing-filename": "/etc/passwd"}""", "ImageInvalid")]
    [InlineData("""{"virtual-size": 512, "format-specific": {"type": "qcow2", "data": {"data-file": "/etc/passwd"}}}""", "ImageInvalid")]
    [InlineData("""{"virtual-size": 0}""", "ImageInvalid")]
    [InlineData("""{"virtual-size": 9000000000000000000}""", "ImageInvalid")]
    [InlineData("""{"virtual-size": "512"}""", "ConversionFailed")]
    [InlineData("""{"virtual-size": 5e99}""", "ConversionFailed")]
    [InlineData("{}", "ConversionFailed")]
    [InlineData("[]", "ConversionFailed")]
    [InlineData("", "ConversionFailed")]
    public void A_description_is_refused_that_says(string description, string id)
    {
        File.WriteAllText(_folder["description"], description);

        Assert.Equal(id, Assert.Throws<AsrException>(() =>
            Script($"cat '{_folder["description"]}'").SizeOf("/disk", ImageFormat.Vdi, CancellationToken.None)).Error.Id);
    }

    [UnixTheory]
    [InlineData(500_000, null)]
    [InlineData(2_000_000, "ConversionFailed")]
    public void A_description_is_taken_up_to_a_mebibyte(int spaces, string? id)
    {
        var program = Script($"printf '%s%{spaces}s%s' '{"{"}' '' '\"virtual-size\": 512{"}"}'");
        var outcome = Record.Exception(() => program.SizeOf("/disk", ImageFormat.Vdi, CancellationToken.None));

        Assert.Equal(id, (outcome as AsrException)?.Error.Id);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A script in a folder that stands in for the program.</summary>
    internal static QemuImg Script(TempFolder folder, string body, TimeSpan? limit = null)
    {
        // Written by another process: a file that is open for writing here could not be started while a neighbour starts its own.
        Tools.RunWell("sh", "-c", "printf '#!/bin/sh\n%s\n' \"$1\" > \"$2\" && chmod 500 \"$2\"", "sh", body, folder["qemu-img"]);
        return new QemuImg(folder["qemu-img"], limit);
    }

    private static bool IsRunning(int process) => File.Exists($"/proc/{process}/cmdline") && File.ReadAllText($"/proc/{process}/cmdline").Length > 0;

    private QemuImg Sleeper(TimeSpan? limit = null) => Script($"echo $$ > '{_folder["pid.tmp"]}'; mv '{_folder["pid.tmp"]}' '{_folder["pid"]}'; exec sleep 300", limit);

    private async Task<int> StartedAsync()
    {
        while (!File.Exists(_folder["pid"]))
        {
            await Task.Delay(20, Patience.Token);
        }

        return int.Parse(await File.ReadAllTextAsync(_folder["pid"]), System.Globalization.CultureInfo.InvariantCulture);
    }

    private QemuImg Script(string body, TimeSpan? limit = null) => Script(_folder, body, limit);
}
