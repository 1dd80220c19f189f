namespace AsrFailback.Replication.Nbd;

/// <summary>
/// The fixed numbers of the NBD protocol (network block device), as its public document <c>proto.md</c> gives them. All
/// integers travel big-endian.
/// </summary>
internal static class Wire
{
    /// <summary>The server's first word: <c>NBDMAGIC</c>.</summary>
    public const ulong ServerMagic = 0x4e42444d41474943;

    /// <summary>Begins every option, and follows the first word of the server: <c>IHAVEOPT</c>.</summary>
    public const ulong OptionMagic = 0x49484156454f5054;

    /// <summary>Begins every reply to an option.</summary>
    public const ulong OptionReplyMagic = 0x0003e889045565a9;

    /// <summary>Begins every request.</summary>
    public const uint RequestMagic = 0x25609513;

    /// <summary>Begins every simple reply.</summary>
    public const uint SimpleReplyMagic = 0x67446698;

    /// <summary>Begins every chunk of a structured reply.</summary>
    public const uint ChunkMagic = 0x668e33ef;

    /// <summary>Zeros after the answer to <see cref="Option.ExportName"/>, unless the client does without.</summary>
    public const int ExportNamePadding = 124;
}
