using AsrFailback.Core.Jobs;
using AsrFailback.Engine.Jobs;
using AsrFailback.Engine.Vaults;

namespace AsrFailback.Engine.Tests;

/// <summary>
/// What the audit log holds wherever a world was stopped: a whole chain, and of each job its beginning, each time it was started again, its
/// ends, all under the job's request. The entry comes before the job: what was stopped in between is there once more.
/// To see it fail: note the end of a job twice, give the job of a plan's machine a request of its own, or note nothing of a restart.
/// </summary>
internal static class AuditProof
{
    // A vault makes these by itself, at any time.
    private static readonly string Backup = Scenario.Of(new BackupConfigurationServer(DrWorld.Home, null)).FriendlyName;

    /// <summary>Closes the world and looks.</summary>
    /// <param name="world">The world; all its jobs have ended.</param>
    /// <param name="mostRepeats">Jobs that may have been stopped right behind an entry.</param>
    public static async Task AssertAsync(DrWorld world, int mostRepeats)
    {
        await world.CloseAsync();
        using var store = VaultFolder.OpenState(world.VaultFolder, world.Options());
        Assert.Empty(AuditLog.Check(store));
        var jobs = new JobStore(store).List().Where(record => record.Command is not BackupConfigurationServer).ToArray();
        var entries = new AuditLog(store, world.Options()).List().Reverse().Where(entry => entry.Operation != Backup).ToLookup(entry => entry.Job);

        Assert.All(jobs, record => AssertTold(record, [.. entries[record.Job.Name]]));

        var neverWere = entries.Count - jobs.Length;
        Assert.InRange(neverWere + entries.Sum(own => own.Zip(own.Skip(1)).Count(pair => pair.First.Action == pair.Second.Action)), 0, mostRepeats);
    }

    private static void AssertTold(JobRecord record, AuditEntry[] entries)
    {
        Assert.True(record.Job.State.IsFinal, $"{record.Job.Name} is {record.Job.State}");
        var told = string.Join(' ', entries.Select(entry => entry.Action));
        Assert.Matches("^(Submitted )+((Stopped |Resumed )*(Ended )+(Restarted )+)*(Stopped |Resumed )*(Ended ?)+$", told);
        var (begun, last) = (entries.Last(entry => entry.Action == AuditAction.Submitted), entries[^1]);
        Assert.All(entries.Where(entry => entry.Number >= begun.Number), entry => Assert.Equal(record.Job.CorrelationId, entry.CorrelationId));
        Assert.Equal((record.Job.State, record.Job.Error?.Id, record.Audit!.Number), (last.Outcome!.Value, last.Error, last.Number));
    }
}
