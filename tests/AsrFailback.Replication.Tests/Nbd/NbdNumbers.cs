namespace AsrFailback.Replication.Tests;

/// <summary>The protocol's numbers once more, copied from its document and not from the code that is tested.</summary>
internal static class NbdNumbers
{
    public const uint OptExportName = 1;
    public const uint OptAbort = 2;
    public const uint OptList = 3;
    public const uint OptInfo = 6;
    public const uint OptGo = 7;
    public const uint OptStructuredReply = 8;

    public const uint RepAck = 1;
    public const uint RepServer = 2;
    public const uint RepInfo = 3;
    public const uint RepErrUnsup = (1u << 31) + 1;
    public const uint RepErrInvalid = (1u << 31) + 3;
    public const uint RepErrUnknown = (1u << 31) + 6;
    public const uint RepErrTooBig = (1u << 31) + 9;

    public const ushort InfoExport = 0;
    public const ushort InfoName = 1;
    public const ushort InfoBlockSize = 3;

    public const ushort CmdRead = 0;
    public const ushort CmdWrite = 1;
    public const ushort CmdDisc = 2;
    public const ushort CmdFlush = 3;
    public const ushort CmdTrim = 4;
    public const ushort CmdCache = 5;
    public const ushort CmdWriteZeroes = 6;
    public const ushort CmdBlockStatus = 7;

    public const ushort FlagFua = 1;
    public const ushort FlagNoHole = 2;
    public const ushort FlagDf = 4;
    public const ushort FlagReqOne = 8;
    public const ushort FlagFastZero = 16;

    public const ushort ChunkNone = 0;
    public const ushort ChunkData = 1;
    public const ushort ChunkHole = 2;
    public const ushort ChunkError = 0x8001;

    public const uint EPerm = 1;
    public const uint EIo = 5;
    public const uint EInval = 22;
    public const uint ENoSpc = 28;
    public const uint EShutdown = 108;
}
