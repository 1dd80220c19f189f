using AsrFailback.Core.Errors;
using AsrFailback.Replication.Disks;
using AsrFailback.Replication.Log;

namespace AsrFailback.Replication.Journal;

/// <summary>Records come from another machine: what a journal takes is checked before it leaves a trace.</summary>
internal static class RecordRules
{
    /// <summary>Refuses records of the redo log that cannot have been taken for these disks, whatever their checksums say.</summary>
    /// <exception cref="AsrException"><c>JournalDamaged</c>.</exception>
    public static void RequireStored(string path, IEnumerable<LogRecord> records, IReadOnlyList<IBlockDevice> disks)
    {
        foreach (var record in records)
        {
            try
            {
                Require(record.Kind == LogRecordKind.Restore ? record with { Kind = LogRecordKind.SyncBlock } : record, disks);
            }
            catch (AsrException wrong)
            {
                throw ErrorCatalogue.Caused(wrong, "JournalDamaged", path, wrong.Error.Message);
            }
        }
    }

    /// <summary>Refuses a record that cannot be meant for these disks.</summary>
    /// <exception cref="AsrException"><c>WriteOutsideDisk</c>, <c>RecordInvalid</c>.</exception>
    public static void Require(LogRecord record, IReadOnlyList<IBlockDevice> disks)
    {
        switch (record.Kind)
        {
            case LogRecordKind.Write or LogRecordKind.SyncBlock:
                RequireData(record, disks);
                break;
            case LogRecordKind.Mark:
                RequirePoint(record);
                break;
            case LogRecordKind.SyncStarted or LogRecordKind.SyncCompleted:
                break;
            default:
                throw ErrorCatalogue.Exception("RecordInvalid", record.Position, $"its kind is {(int)record.Kind}");
        }
    }

    private static void RequireData(LogRecord record, IReadOnlyList<IBlockDevice> disks)
    {
        if (record.Data.Length > LogRecord.MaxData)
        {
            throw ErrorCatalogue.Exception("RecordInvalid", record.Position, $"it carries {record.Data.Length} bytes");
        }

        if (record.Disk < 0 || record.Disk >= disks.Count || record.Offset < 0 || record.Data.IsEmpty
            || record.Offset > disks[record.Disk].Length - record.Data.Length)
        {
            throw ErrorCatalogue.Exception("WriteOutsideDisk", record.Disk, record.Offset, record.Data.Length);
        }
    }

    private static void RequirePoint(LogRecord record)
    {
        if (record.Point is not { } point || point.Position != record.Position || point.Label.Length > LogRecord.MaxLabel)
        {
            throw ErrorCatalogue.Exception("RecordInvalid", record.Position, "it marks no valid point");
        }
    }
}
