using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Source;

/// <summary>What a block of a machine held when it was read.</summary>
/// <param name="Address">The block.</param>
/// <param name="ReadAt">The last position before the reading began: a later write of its region may have changed it.</param>
/// <param name="Content">Its bytes.</param>
internal readonly record struct BlockImage(BlockAddress Address, LogPosition ReadAt, Memory<byte> Content);
