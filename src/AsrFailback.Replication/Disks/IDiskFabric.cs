namespace AsrFailback.Replication.Disks;

/// <summary>Where a site keeps the bytes of its machines. Paths are absolute and checked against the site's root.</summary>
public interface IDiskFabric
{
    /// <summary>Opens the disks of a machine in order, each at the capacity its guest sees.</summary>
    /// <exception cref="AsrException"><c>MachineNotFound</c>, or the image's own refusal.</exception>
    IReadOnlyList<IBlockDevice> OpenDisks(string machine, bool writable);

    /// <summary>The files whose change means that somebody else wrote the disks.</summary>
    IReadOnlyList<string> ImageFiles(string machine);

    /// <summary>Tells the images that a machine starts writing them.</summary>
    void BeginWriting(string machine);

    /// <summary>The folder of a machine's write splitter at this site.</summary>
    string AgentFolder(string machine);

    /// <summary>The folder of a machine's retention journals at this site: on a master target's volume where there is one.</summary>
    string RetentionFolder(string machine, string? masterTarget = null, string? volume = null);

    /// <summary>The folder of a test machine's overlays.</summary>
    string TestFolder(string machine);
}
