using System.Diagnostics;

namespace AsrFailback.Engine.Tests;

/// <summary>Machines made of images of every format.</summary>
public sealed class ImportTests
{
    private const int Bytes = (6 << 20) + (3 * 512);

    [QemuTheory]
    [InlineData("raw", "", "disk.img")]
    [InlineData("vpc", "subformat=dynamic,force_size=on", "disk.vhd")]
    [InlineData("vmdk", "subformat=streamOptimized", "disk.vmdk")]
    [InlineData("vmdk", "subformat=twoGbMaxExtentFlat", "disk.vmdk")]
    [InlineData("qcow2", "", "disk.qcow2")]
    [InlineData("vhdx", "", "disk.vhdx")]
    public async Task A_machine_has_the_bytes_of_its_image_on_either_kind_of_site(string format, string options, string name)
    {
        await using var world = await DrWorld.CreateAsync();
        var content = new byte[Bytes];
        new Random(5).NextBytes(content.AsSpan(3 << 20, 70_000));
        content[^1] = 7;
        await File.WriteAllBytesAsync(Path.Combine(world.Root, "raw"), content);
        QemuTheoryAttribute.Convert(Path.Combine(world.Root, "raw"), format, options, Path.Combine(world.Root, name));

        await world.RunAsync(new ImportMachine(DrWorld.Home, "web02", "Linux", [Path.Combine(world.Root, name)]));
        await world.RunAsync(new ImportMachine(DrWorld.Azure, "web03", "Linux", [Path.Combine(world.Root, name)]));

        Assert.Equal(content, await File.ReadAllBytesAsync(Assert.Single(Files(world, DrWorld.Home, "web02"), file => file.EndsWith("-flat.vmdk", StringComparison.Ordinal))));
        Assert.Equal(content, (await File.ReadAllBytesAsync(Assert.Single(Files(world, DrWorld.Azure, "web03"))))[..Bytes]);
        Assert.Equal(2, Files(world, DrWorld.Home, "web02").Length);
    }

    [Fact]
    public async Task An_image_that_cannot_be_used_is_refused_with_every_other_reason_and_nothing_is_made()
    {
        await using var world = await DrWorld.CreateAsync();
        var (lying, foreign) = (Path.Combine(world.Root, "lying.vmdk"), Path.Combine(world.Root, "foreign.img"));
        await File.WriteAllBytesAsync(lying, new byte[1 << 20]);
        await File.WriteAllBytesAsync(foreign, [.. "QED\0"u8, .. new byte[1 << 20]]);

        Assert.Equal(["ImageInvalid", "ImageFormatUnsupported"], await world.RefusedAsync(new ImportMachine(DrWorld.Home, "web02", "Linux", [lying, foreign])));
        Assert.Empty(Files(world, DrWorld.Home, "web02"));
    }

    private static string[] Files(DrWorld world, string fabric, string machine) =>
        [.. Directory.GetDirectories(world.SiteRoot(fabric), machine, SearchOption.AllDirectories).SelectMany(Directory.GetFiles)];
}

/// <summary>A theory that needs qemu-img; skipped in words where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QemuTheoryAttribute : TheoryAttribute
{
    private static readonly string? Program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "qemu-img")).FirstOrDefault(File.Exists);

    public QemuTheoryAttribute() => Skip = Program is null ? "qemu-img is not on PATH (Debian: apt-get install qemu-utils)" : null;

    /// <summary>Makes an image of a raw one.</summary>
    public static void Convert(string raw, string format, string options, string image)
    {
        string[] more = options.Length == 0 ? [] : ["-o", options];
        using var process = Process.Start(new ProcessStartInfo(Program!, ["convert", "-f", "raw", "-O", format, .. more, raw, image]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
