using System.Text;
using AsrFailback.Core.Errors;
using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Disks;

/// <summary>
/// A VMware disk with snapshots: sparse files, each of which hides some grains of its parent, down to a flat disk. Hostile
/// until checked: every file lies in one folder and is called after its descriptor, content ids and sizes agree, no file
/// serves twice. Not thread-safe.
/// </summary>
public sealed class SnapshotChain
{
    /// <summary>Snapshots of a disk at most, as with VMware.</summary>
    public const int MostLinks = 32;

    private const string Format = "snapshot";

    private readonly IFileSystem _files;
    private readonly IReadOnlyList<Link> _links;

    private SnapshotChain(IFileSystem files, IReadOnlyList<Link> links, string basePath) => (_files, _links, BasePath) = (files, links, basePath);

    /// <summary>The descriptor of the flat disk below all snapshots.</summary>
    public string BasePath { get; }

    /// <summary>The files of the snapshots, the newest first, each descriptor before its extents.</summary>
    public IReadOnlyList<string> SnapshotFiles => [.. _links.SelectMany(link => link.Files)];

    /// <summary>All files of the disk.</summary>
    public IReadOnlyList<string> AllFiles => [.. SnapshotFiles, BasePath, FlatVmdk.ExtentPath(BasePath)];

    /// <summary>Whether a file is the descriptor of a snapshot, usable or not.</summary>
    /// <exception cref="AsrException">What the file system says; nothing about what is in the file.</exception>
    public static bool IsSnapshot(IFileSystem files, string path)
    {
        try
        {
            return files.Exists(path) && VmdkDescriptor.HasParent(TextOf(files, path).Text);
        }
        catch (AsrException damage) when (damage.Error.Id == "ImageInvalid")
        {
            return false;
        }
    }

    /// <summary>Reads the chain of a disk and checks all of it; nothing is written.</summary>
    /// <param name="files">File system.</param>
    /// <param name="path">The descriptor of the newest snapshot.</param>
    /// <param name="bytes">What the disk must hold.</param>
    /// <exception cref="AsrException"><c>ImageInvalid</c> for a chain that cannot be merged, <c>ImageHostile</c> for a name that leads elsewhere.</exception>
    public static SnapshotChain Read(IFileSystem files, string path, long bytes)
    {
        var links = new List<Link>();
        do
        {
            if (links.Count == MostLinks)
            {
                throw Invalid(path, $"it has more than {MostLinks} snapshots below it");
            }

            links.Add(ReadLink(files, links.Count == 0 ? path : RequireFile(files, links[^1])));
        }
        while (IsSnapshot(files, links[^1].Descriptor.ParentPath));

        var chain = new SnapshotChain(files, links, RequireFile(files, links[^1]));
        chain.RequireDistinct();
        chain.RequireBase(bytes);
        chain.RequireAgreement(bytes);
        return chain;
    }

    /// <summary>
    /// Writes what the snapshots hold into the flat disk, the oldest first, and flushes it. The snapshots stay as they are, so
    /// that a merge that was stopped begins anew and comes to the same bytes.
    /// </summary>
    /// <exception cref="AsrException">What the file system says.</exception>
    public void Merge()
    {
        using var disk = FlatVmdk.Open(_files, BasePath, writable: true);
        var buffer = new byte[DataPieces.Size];
        foreach (var link in _links.Reverse())
        {
            using var snapshot = link.Open(_files);
            foreach (var piece in DataPieces.Of(snapshot, 0, snapshot.Length))
            {
                var content = DataPieces.Read(snapshot, piece, buffer);
                if (Blocks.IsZero(content))
                {
                    disk.Clear(piece.Offset, piece.Length);
                }
                else
                {
                    disk.Write(piece.Offset, content);
                }
            }
        }

        disk.Flush();
    }

    /// <summary>
    /// Refuses a disk on which another snapshot in its folder builds, of whatever kind: that would read other bytes after the
    /// merge, or none.
    /// </summary>
    /// <exception cref="AsrException"><c>ImageInvalid</c>, and what the file system says.</exception>
    public void RequireAlone()
    {
        var own = AllFiles.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = own.Select(file => Path.GetFileName(file)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var other in _files.List(Path.GetDirectoryName(BasePath)!, "*.vmdk").Where(file => !own.Contains(file)))
        {
            if (ParentNamesOf(other).FirstOrDefault(names.Contains) is { } parent)
            {
                throw Invalid(other, $"it is a snapshot of {parent} as well, which would not hold what it builds on after the merge");
            }
        }
    }

    private static Link ReadLink(IFileSystem files, string path)
    {
        var (text, isSingle) = TextOf(files, path);
        var descriptor = VmdkDescriptor.ParseSnapshot(path, text, Format, isSingle ? "monolithicSparse" : "twoGbMaxExtentSparse");
        if (isSingle)
        {
            return descriptor.ExtentLines == 1 ? new Link(path, descriptor, []) : throw Invalid(path, "it must have exactly one extent, which is itself");
        }

        var extents = descriptor.Extents();
        return extents.Count > 0 && extents.All(extent => extent is { Kind: "SPARSE", Offset: 0 } && IsCalledAfter(path, extent.Path) && files.Exists(extent.Path))
            ? new Link(path, descriptor, extents)
            : throw Invalid(path, "each of its extents must be a sparse file that is there and is called after it");
    }

    // Whatever a descriptor says, a file of another disk is neither read as a part of it nor removed with it.
    private static bool IsCalledAfter(string descriptor, string extent)
    {
        var begin = Path.GetFileNameWithoutExtension(descriptor) + "-s";
        var name = Path.GetFileNameWithoutExtension(extent);
        return name.StartsWith(begin, StringComparison.Ordinal) && name.Length > begin.Length && name[begin.Length..].All(char.IsAsciiDigit)
            && Path.GetExtension(extent) == ".vmdk";
    }

    private static (string Text, bool IsSingle) TextOf(IFileSystem files, string path)
    {
        using (var file = files.Open(path, FileOpening.ReadOnly))
        {
            Span<byte> start = stackalloc byte[4];
            file.Read(0, start);
            if (SparseVmdkHeader.Begins(start))
            {
                return (SparseVmdk.DescriptorText(file, SparseVmdkHeader.Read(file)), true);
            }
        }

        return (VmdkDescriptor.ReadText(files, path, Encoding.UTF8, Format), false);
    }

    private static string RequireFile(IFileSystem files, Link child) => files.Exists(child.Descriptor.ParentPath)
        ? child.Descriptor.ParentPath
        : throw Invalid(child.Path, $"its parent {child.Descriptor.ParentPath} is missing");

    private void RequireBase(long bytes)
    {
        var extents = FlatVmdk.Describe(_files, BasePath).Extents();
        if (extents is not [var extent] || extent.Path != FlatVmdk.ExtentPath(BasePath) || !_files.Exists(extent.Path))
        {
            throw Invalid(BasePath, "the disk below the snapshots must have one extent that is there and is called after it");
        }

        using var disk = FlatVmdk.Open(_files, BasePath, writable: false);
        RequireLength(BasePath, disk.Length, bytes);
    }

    private void RequireAgreement(long bytes)
    {
        var parents = _links.Skip(1).Select(link => link.Descriptor.Content).Append(FlatVmdk.Describe(_files, BasePath).Content);
        foreach (var (link, content) in _links.Zip(parents))
        {
            if (link.Descriptor.ParentContent != content)
            {
                throw Invalid(link.Path, $"it was made of a parent with the content id {link.Descriptor.ParentContent:x8}, which is {content:x8} now");
            }

            using var disk = link.Open(_files);
            RequireLength(link.Path, disk.Length, bytes);
        }
    }

    private void RequireDistinct()
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (AllFiles.FirstOrDefault(file => !seen.Add(file)) is { } twice)
        {
            throw Invalid(_links[0].Path, $"it uses {twice} twice");
        }
    }

    private IEnumerable<string> ParentNamesOf(string path)
    {
        try
        {
            return VmdkDescriptor.ParentNamesIn(TextOf(_files, path).Text);
        }
        catch (AsrException damage) when (damage.Error.Id == "ImageInvalid")
        {
            return [];
        }
    }

    private static void RequireLength(string path, long found, long bytes)
    {
        if (found != bytes)
        {
            throw Invalid(path, $"it holds {found} bytes and the machine says {bytes}");
        }
    }

    private static AsrException Invalid(string path, string why) => ErrorCatalogue.Exception("ImageInvalid", path, Format, why);

    /// <summary>One snapshot.</summary>
    private sealed record Link(string Path, VmdkDescriptor Descriptor, IReadOnlyList<VmdkExtent> Extents)
    {
        public IEnumerable<string> Files => [Path, .. Extents.Select(extent => extent.Path)];

        public IBlockDevice Open(IFileSystem files)
        {
            if (Extents.Count == 0)
            {
                return SparseVmdk.OpenSnapshot(files, Path);
            }

            var parts = new List<IBlockDevice>();
            try
            {
                foreach (var extent in Extents)
                {
                    parts.Add(SparseVmdk.OpenPart(files, extent, isSnapshot: true));
                }

                return new JoinedDisk(parts);
            }
            catch
            {
                parts.ForEach(part => part.Dispose());
                throw;
            }
        }
    }
}
