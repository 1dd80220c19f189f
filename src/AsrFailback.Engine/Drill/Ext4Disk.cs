using System.Diagnostics;
using System.Globalization;
using AsrFailback.Core.Errors;

namespace AsrFailback.Engine.Drill;

/// <summary>A filesystem of real files made without mounting, by the e2fsprogs programs where they exist.</summary>
internal static class Ext4Disk
{
    /// <summary>The preallocated file the workload writes into.</summary>
    public const string WorkloadFile = "/var/lib/workload/records.dat";

    private const string Uuid = "6c1f3a52-9d0e-4b7c-8a51-0e2d7f4b9c63";
    private const int FileBytes = 4 << 20;
    private static readonly string[] Folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin"];

    /// <summary>Whether the filesystem can be made and looked into here.</summary>
    public static bool Available => Find("mke2fs") is not null && Find("debugfs") is not null;

    /// <summary>Fills a raw image with an ext4 filesystem whose files follow from a seed.</summary>
    public static async Task FillAsync(string image, long bytes, long dataBytes, long workloadFileBytes, long seed, string scratch, CancellationToken cancellation)
    {
        var tree = Path.Combine(scratch, "tree");
        try
        {
            WriteTree(tree, dataBytes - workloadFileBytes, seed);
            WriteFile(tree + WorkloadFile, workloadFileBytes, seed, -1);
            await RunAsync(
                "mke2fs",
                ["-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0", "-U", Uuid, "-E", $"hash_seed={Uuid},lazy_itable_init=0,lazy_journal_init=0", "-d", tree, image, $"{bytes / 4096}"],
                cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }

    /// <summary>Where the workload's file lies, as ranges of 4 KiB chunks of the disk.</summary>
    public static async Task<IReadOnlyList<WorkloadArea>> WorkloadExtentsAsync(string image, int disk, CancellationToken cancellation)
    {
        var (_, output) = await RunAsync("debugfs", ["-R", $"dump_extents -l {WorkloadFile}", image], cancellation).ConfigureAwait(false);
        var areas = new List<WorkloadArea>();
        foreach (var line in output.Split('\n').Skip(1))
        {
            // Level (2 fields), entries (2), logical from - to, physical from - to, length.
            var fields = line.Split([' ', '/', '-'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 9)
            {
                areas.Add(new WorkloadArea(disk, long.Parse(fields[6], CultureInfo.InvariantCulture), long.Parse(fields[8], CultureInfo.InvariantCulture)));
            }
        }

        return areas.Count > 0 ? areas : throw ErrorCatalogue.Exception("ToolFailed", "debugfs", $"it names no extents of {WorkloadFile}");
    }

    /// <summary>Checks the filesystem without changing it; null when the program is missing.</summary>
    public static async Task<bool?> IsCleanAsync(string image, CancellationToken cancellation)
    {
        if (Find("e2fsck") is null)
        {
            return null;
        }

        var (exitCode, _) = await RunAsync("e2fsck", ["-fn", image], cancellation, anyExit: true).ConfigureAwait(false);
        return exitCode == 0;
    }

    private static void WriteTree(string tree, long bytes, long seed)
    {
        for (long number = 0; bytes > 0; number++)
        {
            var size = Math.Min(FileBytes, bytes);
            WriteFile($"{tree}/srv/data/{number % 16:x}/file{number:D5}.bin", size, seed, number);
            bytes -= size;
        }
    }

    private static void WriteFile(string path, long bytes, long seed, long number)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var content = new byte[bytes / 8 * 8];
        SeededContent.Fill(content, seed, number);
        File.WriteAllBytes(path, content);
    }

    private static string? Find(string program) => OperatingSystem.IsLinux()
        ? Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        : null;

    private static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellation, bool anyExit = false)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SOURCE_DATE_EPOCH"] = "1767225600";
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return process.ExitCode == 0 || anyExit
            ? (process.ExitCode, await output.ConfigureAwait(false))
            : throw ErrorCatalogue.Exception("ToolFailed", program, (await errors.ConfigureAwait(false)).Trim());
    }
}
