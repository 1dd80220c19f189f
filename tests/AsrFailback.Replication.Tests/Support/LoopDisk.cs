using AsrFailback.Replication.IO;

namespace AsrFailback.Replication.Tests;

/// <summary>A file system of its own on a loop device, whose power can be cut: nothing in its log or caches reaches the image any more.</summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _image;

    public LoopDisk(string kind, int mebibytes)
    {
        _image = _folder["image"];
        Directory.CreateDirectory(Path);
        using (var image = File.Create(_image))
        {
            image.SetLength((long)mebibytes << 20);
        }

        Tools.RunWell($"mkfs.{kind}", "-q", _image);
        Mount();
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder["mounted"];

    /// <summary>Why none can be made here; null when one can.</summary>
    public static string? WhyNot => MountedDisk.WhyNot ?? (File.Exists("/dev/loop-control") ? null : "there are no loop devices here");

    /// <summary>The paths of a journal under test, on this disk.</summary>
    public IFileSystem Files => new FilesBelow(Path);

    public void CutPower() => Tools.RunWell("xfs_io", "-x", "-c", "shutdown", Path);

    /// <summary>After a cut: the file system recovers from its log, as after a real one.</summary>
    public void MountAgain()
    {
        // An opening that failed half way leaves its files to the collector.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Tools.RunWell("umount", Path);
        Mount();
    }

    public void Dispose()
    {
        Tools.Run("umount", "--lazy", Path);
        _folder.Dispose();
    }

    private void Mount() => Tools.RunWell("mount", "-o", "loop", _image, Path);

    private sealed class FilesBelow(string root) : IFileSystem
    {
        private readonly LocalFileSystem _inner = new();

        public IStoredFile Open(string path, FileOpening how) => _inner.Open(root + path, how);

        public bool Exists(string path) => _inner.Exists(root + path);

        public IReadOnlyList<string> List(string folder, string pattern) => [.. _inner.List(root + folder, pattern).Select(path => path[root.Length..])];

        public void CreateFolder(string path) => _inner.CreateFolder(root + path);

        public void Rename(string from, string to) => _inner.Rename(root + from, root + to);

        public void Delete(string path) => _inner.Delete(root + path);

        public void FlushFolder(string path) => _inner.FlushFolder(root + path);

        public long FreeBytes(string folder) => _inner.FreeBytes(root + folder);

        public FileStamp Stamp(string path) => _inner.Stamp(root + path);
    }
}

/// <summary>A theory of the long form that cuts the power of a real file system.</summary>
public sealed class PowerCutTheoryAttribute : LongTheoryAttribute
{
    public PowerCutTheoryAttribute() => Skip ??= LoopDisk.WhyNot ?? (Tools.Find("xfs_io") is null ? "xfs_io is not on PATH (Debian: apt-get install xfsprogs)" : null);
}

/// <summary>A test of the long form on a loop device.</summary>
public sealed class LoopFactAttribute : LongFactAttribute
{
    public LoopFactAttribute() => Skip ??= LoopDisk.WhyNot;
}
