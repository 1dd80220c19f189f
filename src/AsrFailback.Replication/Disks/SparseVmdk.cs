using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A sparse VMDK in one file, only read: <c>monolithicSparse</c>, or <c>streamOptimized</c> with packed grains, as an OVA
/// has. Tables are checked as a whole when it is opened, packed grains one by one when they are read.
/// </summary>
public static class SparseVmdk
{
    /// <summary>Opens the disk.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>: damaged, inconsistent, a snapshot, or a part of a split disk.</exception>
    public static IBlockDevice Open(IFileSystem files, string path) => Open(files, path, RequireWhole, isSnapshot: false);

    /// <summary>Opens a snapshot in one file, whose descriptor was checked: its data is what it hides of its parent.</summary>
    internal static IBlockDevice OpenSnapshot(IFileSystem files, string path) => Open(files, path, (_, _) => { }, isSnapshot: true);

    /// <summary>Opens a part of a split disk, or of a snapshot of several files; it has no descriptor of its own.</summary>
    internal static IBlockDevice OpenPart(IFileSystem files, VmdkExtent extent, bool isSnapshot = false) => Open(files, extent.Path, (file, header) =>
    {
        if (header.Bytes != extent.Bytes || extent.Offset != 0)
        {
            throw SparseVmdkHeader.Invalid(file, $"its header says {header.Bytes} bytes and the descriptor {extent.Bytes} from {extent.Offset}");
        }
    }, isSnapshot);

    private static Disk Open(IFileSystem files, string path, Action<IStoredFile, SparseVmdkHeader> check, bool isSnapshot)
    {
        var file = files.Open(path, FileOpening.ReadOnly);
        try
        {
            var header = SparseVmdkHeader.Read(file);
            check(file, header);
            return new Disk(file, header, GrainTables.Read(file, header), isSnapshot);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The descriptor in a sparse VMDK of one file.</summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>.</exception>
    internal static string DescriptorText(IStoredFile file, SparseVmdkHeader header)
    {
        if (header.DescriptorOffset == 0)
        {
            throw SparseVmdkHeader.Invalid(file, "it is a part of a split disk; name the descriptor of the disk");
        }

        var most = VmdkDescriptor.MaxBytes / RawImage.SectorSize;
        var fileSectors = (ulong)file.Length / RawImage.SectorSize;
        if (header.DescriptorSize == 0 || header.DescriptorSize > (ulong)most
            || header.DescriptorOffset > fileSectors || header.DescriptorSize > fileSectors - header.DescriptorOffset)
        {
            throw SparseVmdkHeader.Invalid(file, $"a descriptor of {header.DescriptorSize} sectors at sector {header.DescriptorOffset} is not plausible");
        }

        var bytes = new byte[(int)header.DescriptorSize * RawImage.SectorSize];
        file.Read((long)header.DescriptorOffset * RawImage.SectorSize, bytes);
        return Encoding.UTF8.GetString(bytes).TrimEnd('\0');
    }

    private static void RequireWhole(IStoredFile file, SparseVmdkHeader header)
    {
        var descriptor = VmdkDescriptor.Parse(file.Path, DescriptorText(file, header), SparseVmdkHeader.Format, "monolithicSparse", "streamOptimized");
        if (descriptor.ExtentLines != 1)
        {
            throw SparseVmdkHeader.Invalid(file, "it must have exactly one extent, which is itself");
        }
    }

    private sealed class Disk(IStoredFile file, SparseVmdkHeader header, GrainTables tables, bool isSnapshot) : PieceDisk(file, header.Bytes, header.GrainBytes)
    {
        private readonly PackedGrains? _packed = header.IsCompressed ? new PackedGrains(file, header) : null;

        protected override bool IsStored(long piece) => isSnapshot ? tables.IsAllocated(piece) : tables[piece] != 0;

        protected override long NextStored(long piece, long end) => isSnapshot ? tables.NextAllocated(piece, end) : tables.NextStored(piece, end);

        protected override void ReadStored(long piece, int within, Span<byte> buffer)
        {
            if (tables[piece] == 0)
            {
                buffer.Clear();
            }
            else if (_packed is null)
            {
                File.Read(((long)tables[piece] * RawImage.SectorSize) + within, buffer);
            }
            else
            {
                _packed.Read(piece, tables[piece]).Slice(within, buffer.Length).CopyTo(buffer);
            }
        }
    }
}
