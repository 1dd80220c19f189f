using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AsrFailback.Core.Errors;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// The program <c>qemu-img</c>, which reads the formats that we do not. Images are hostile to it as to us: it is told the
/// format and never guesses, gets absolute paths as separate arguments and no shell, one process with a limit of time and,
/// where <c>prlimit</c> is, of memory; it ends with whoever asked.
/// </summary>
internal sealed class QemuImg(string program, TimeSpan? shortLimit = null)
{
    /// <summary>Address space of the program at most.</summary>
    public const long MemoryLimit = 2L << 30;

    /// <summary>Bytes of a disk that are converted in a second at least, beside <see cref="UsualLimit"/>.</summary>
    public const long SlowestBytesPerSecond = 8 << 20;

    /// <summary>How long it may take to describe an image, if nothing else is said.</summary>
    public static readonly TimeSpan UsualLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long a conversion may take, however large a disk an image promises.</summary>
    public static readonly TimeSpan LongestLimit = TimeSpan.FromDays(7);

    private const int LongestMessage = 500;
    private const int LongestOutput = 1 << 20;

    private readonly TimeSpan _shortLimit = shortLimit ?? UsualLimit;

    /// <summary>The program on the search path of this process; null when it is not there.</summary>
    public static QemuImg? Find() => FindProgram("qemu-img") is { } program ? new QemuImg(program) : null;

    /// <summary>Bytes of the disk in an image.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c> when parts of it are in other files, <c>ConversionFailed</c>.</exception>
    public long SizeOf(string path, ImageFormat format, CancellationToken cancellation)
    {
        var description = Run(path, format, _shortLimit, cancellation, "info", "--output=json", "-f", DriverOf(format), path);
        try
        {
            using var info = JsonDocument.Parse(description);
            var size = info.RootElement.GetProperty("virtual-size").GetInt64();
            return NeedsOtherFiles(info.RootElement) ? throw ErrorCatalogue.Exception("ImageInvalid", path, format.Name(), Qcow2Header.NotAlone)
                : size is > 0 and <= DiskImage.MostBytes ? size
                : throw ErrorCatalogue.Exception("ImageInvalid", path, format.Name(), $"a disk of {size} bytes is not possible");
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw ErrorCatalogue.Caused(unreadable, "ConversionFailed", path, format.Name(), "qemu-img described it in an unknown way");
        }
    }

    /// <summary>Makes a raw image of another one; a file of that name must not be there.</summary>
    /// <exception cref="AsrException">As <see cref="SizeOf"/>.</exception>
    public void ConvertToRaw(string path, ImageFormat format, string raw, CancellationToken cancellation)
    {
        var limit = _shortLimit + TimeSpan.FromSeconds(SizeOf(path, format, cancellation) / SlowestBytesPerSecond);
        Run(path, format, limit < LongestLimit ? limit : LongestLimit, cancellation, "convert", "-f", DriverOf(format), "-O", "raw", path, raw);
    }

    private static string DriverOf(ImageFormat format) => format switch
    {
        ImageFormat.Qcow2 => "qcow2",
        ImageFormat.Vhdx => "vhdx",
        ImageFormat.Vdi => "vdi",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "it is read without qemu-img"),
    };

    private static bool NeedsOtherFiles(JsonElement info) =>
        info.TryGetProperty("backing-filename", out _) || info.TryGetProperty("full-backing-filename", out _)
        || (info.TryGetProperty("format-specific", out var specific) && specific.TryGetProperty("data", out var data)
            && data.ValueKind == JsonValueKind.Object && data.TryGetProperty("data-file", out _));

    private static string? FindProgram(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Where(Path.IsPathFullyQualified)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(File.Exists);

    private string Run(string path, ImageFormat format, TimeSpan limit, CancellationToken cancellation, params string[] arguments)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        try
        {
            return RunAsync(path, format, arguments, timeout.Token).GetAwaiter().GetResult();
        }
        catch (Win32Exception cause)
        {
            throw ErrorCatalogue.Caused(cause, "ConversionFailed", path, format.Name(), cause.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            var seconds = limit.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
            throw ErrorCatalogue.Exception("ConversionFailed", path, format.Name(), $"qemu-img took longer than {seconds} s");
        }
    }

    private async Task<string> RunAsync(string path, ImageFormat format, string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(Limited(arguments))!;
        try
        {
            var output = ReadAsync(process.StandardOutput, cancellation);
            var errors = ReadAsync(process.StandardError, cancellation);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return process.ExitCode == 0
                ? await output.ConfigureAwait(false)
                : throw ErrorCatalogue.Exception("ConversionFailed", path, format.Name(), Shortened(await errors.ConfigureAwait(false)));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // An image can make its description as long as it likes: the rest is taken from the pipe and forgotten.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellation)
    {
        var (text, buffer) = (new StringBuilder(), new char[16 * 1024]);
        while (await reader.ReadAsync(buffer, cancellation).ConfigureAwait(false) is var count and > 0)
        {
            text.Append(buffer, 0, Math.Min(count, LongestOutput - text.Length));
        }

        return text.ToString();
    }

    private ProcessStartInfo Limited(string[] arguments)
    {
        var start = OperatingSystem.IsLinux() && FindProgram("prlimit") is { } prlimit
            ? new ProcessStartInfo(prlimit, [$"--as={MemoryLimit}", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static string Shortened(string message) => message.Trim() is { Length: > LongestMessage } text ? text[..LongestMessage] : message.Trim();
}
