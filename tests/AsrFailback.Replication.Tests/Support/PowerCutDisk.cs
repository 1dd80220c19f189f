using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>
/// A real file system whose power can be cut. Its image lies on an xfs, which can clone a file in one step: the clone is the
/// disk at that moment, with every write that had reached it and without what the system still had in its caches. Shutting
/// the file system down is no power cut: a flush that meets the shutdown of an xfs may return as if it had flushed.
/// </summary>
internal sealed class PowerCutDisk : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _image;
    private readonly string _atCut;

    /// <summary>Makes one.</summary>
    /// <param name="shelf">Where its image lies; one at a time.</param>
    /// <param name="kind"><c>ext4</c> or <c>xfs</c>.</param>
    /// <param name="mebibytes">Its size.</param>
    public PowerCutDisk(LoopDisk shelf, string kind, int mebibytes)
    {
        _image = Path.Combine(shelf.Path, "image");
        _atCut = Path.Combine(shelf.Path, "at-cut");
        LoopDisk.MakeImage(_image, kind, mebibytes);
        LoopDisk.Mount(_image, _folder.Path);
    }

    /// <summary>The paths of a journal under test, on this disk.</summary>
    public IFileSystem Files => new FilesBelow(_folder.Path);

    /// <summary>A shelf that images can be cloned on.</summary>
    public static LoopDisk NewShelf() => new("xfs", 2048);

    /// <summary>Keeps the disk as it is at this moment.</summary>
    public void CutPower() => Tools.RunWell("cp", "--reflink=always", _image, _atCut);

    /// <summary>Mounts the disk as it was at the cut; the file system recovers from its log, as after a real one.</summary>
    public void MountAgain()
    {
        Tools.RunWell("umount", _folder.Path);
        LoopDisk.Mount(_atCut, _folder.Path);
    }

    public void Dispose()
    {
        Tools.RunWell("umount", _folder.Path);
        File.Delete(_image);
        File.Delete(_atCut);
        _folder.Dispose();
    }
}

/// <summary>A theory of the long form that cuts the power of a real file system.</summary>
public sealed class PowerCutTheoryAttribute : LongTheoryAttribute
{
    public PowerCutTheoryAttribute() => Skip ??= LoopDisk.WhyNot ?? (Tools.Find("mkfs.xfs") is null ? "mkfs.xfs is not on PATH (Debian: apt-get install xfsprogs)" : null);
}
