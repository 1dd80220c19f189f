using System.Diagnostics;
using System.Text;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.IO;
using Xunit.Abstractions;

namespace AsrFailback.Replication.Tests;

/// <summary>Inputs that were changed at random: opened, or refused with an error of ours; quickly in either case.</summary>
public sealed class MutatedImageTests(ITestOutputHelper output)
{
    private const int Inputs = 2_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void A_mutated_footer_opens_or_is_refused()
    {
        var files = ImageBench.NewDisk();
        var path = Path.Combine(ImageBench.Folder, "disk.vhd");
        FixedVhd.Create(files, path, 512, Guid.NewGuid());
        var footer = files.Take(path)[^512..];
        byte[] image = [.. new byte[1024], .. footer];
        Mutate(image, 1024, random => random.Next(2) == 0, files, "mutated.vhd", (at, name) => FixedVhd.Open(at, name, writable: false));
    }

    [Fact]
    public void A_mutated_descriptor_opens_or_is_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["disk-flat.vmdk"], new byte[4 * 512]);
        var path = folder["disk.vmdk"];
        Each(Encoding.UTF8.GetBytes(Descriptors.Valid), 0, _ => false, content =>
        {
            File.WriteAllBytes(path, content);
            return () => FlatVmdk.Open(new LocalFileSystem(), path, writable: true);
        });
    }

    [Fact]
    public void A_mutated_descriptor_gets_a_new_content_id_or_is_refused()
    {
        var files = ImageBench.NewDisk();
        Each(Encoding.UTF8.GetBytes(Descriptors.Valid), 0, _ => false, content =>
        {
            var path = files.Put("disk.vmdk", content);
            return () =>
            {
                FlatVmdk.RenewContentId(files, path);
                return new PatternDisk(512);
            };
        });
    }

    [Fact]
    public void A_mutated_image_of_any_format_opens_or_is_refused()
    {
        var files = ImageBench.NewDisk();
        var descriptor = "# Disk DescriptorFile\nCID=1\ncreateType=\"vmfs\"\n" + Descriptors.Extent;
        string[] starts = ["QFI\u00fb", "KDMV", "vhdxfile", "conectix", descriptor, "plain"];
        foreach (var start in starts)
        {
            var content = new byte[2048];
            Encoding.Latin1.GetBytes(start).CopyTo(content, 0);
            "conectix"u8.CopyTo(content.AsSpan(2048 - 512));
            var inputs = Inputs / starts.Length;
            Mutate(content, 0, _ => false, files, "image", (at, name) => DiskImage.Open(at, name, writable: false), inputs);
        }
    }

    private void Mutate(
        byte[] valid,
        int from,
        Func<Random, bool> seal,
        SimulatedDisk files,
        string name,
        Func<IFileSystem, string, IBlockDevice> open,
        int inputs = Inputs) =>
        Each(
            valid,
            from,
            seal,
            content =>
            {
                var path = files.Put(name, content);
                return () => open(files, path);
            },
            inputs);

    private void Each(byte[] valid, int from, Func<Random, bool> seal, Func<byte[], Func<IBlockDevice>> prepare, int inputs = Inputs)
    {
        var opened = 0;
        var slowest = TimeSpan.Zero;
        for (var seed = 0; seed < inputs; seed++)
        {
            var random = new Random(seed);
            var content = Changed(valid, from, random);
            if (seal(random) && content.Length >= 512)
            {
                FixedVhdTests.Seal(content.AsSpan(content.Length - 512));
            }

            var open = prepare(content);
            var watch = Stopwatch.StartNew();
            var outcome = Record.Exception(() => open().Dispose());
            slowest = Max(slowest, seed == 0 || watch.Elapsed < Limit ? TimeSpan.Zero : QuickestOfThree(open));
            opened += outcome is null ? 1 : 0;
            Assert.True(outcome is null or AsrException, $"seed {seed}: {outcome}");
        }

        output.WriteLine($"{inputs} inputs, {opened} opened, over the limit at the slowest {slowest.TotalMilliseconds:F1} ms");
        Assert.InRange(slowest, TimeSpan.Zero, Limit);
    }

    // A busy machine is not a slow parser: what took long is looked at again.
    private static TimeSpan QuickestOfThree(Func<IDisposable> open) => Enumerable.Range(0, 3).Select(_ =>
    {
        var watch = Stopwatch.StartNew();
        Record.Exception(() => open().Dispose());
        return watch.Elapsed;
    }).Min();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static byte[] Changed(byte[] valid, int from, Random random)
    {
        var content = (byte[])valid.Clone();
        for (var changes = random.Next(1, 5); changes > 0 && content.Length > from; changes--)
        {
            var at = random.Next(from, content.Length);
            switch (random.Next(5))
            {
                case 0:
                    content = content[..at];
                    break;
                case 1:
                    content = [.. content[..at], .. content.AsSpan(from, random.Next(content.Length - from)), .. content[at..]];
                    break;
                case 2:
                    content[at] = (byte)"\0\n\"/\\.9 fF="[random.Next(11)];
                    break;
                default:
                    content[at] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return content;
    }
}
