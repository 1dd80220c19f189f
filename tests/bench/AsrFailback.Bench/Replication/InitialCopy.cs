using System.Globalization;

namespace AsrFailback.Bench.Replication;

/// <summary>A sparse image is copied to a target that has nothing yet.</summary>
internal static class InitialCopy
{
    public static IEnumerable<Figure> Measure(ReplicationStage stage)
    {
        yield return AgainstRsync(stage);
        yield return AgainstNbdcopy(stage);
        yield return AgainstPlainWrites(stage);
    }

    private static Figure AgainstRsync(ReplicationStage stage)
    {
        var goal = new Goal(3, AtLeast: true);
        if (Peers.Find("rsync") is null)
        {
            return new Figure("initialCopyVsRsync", null, goal, "");
        }

        using var daemon = new RsyncDaemon(stage.Folder);
        var (ours, rsync) = stage.InTurn(_ => Ours(stage), _ =>
        {
            File.Delete(stage.At("rsync.raw"));
            return ReplicationStage.Time(() => daemon.Send(stage.Image, "rsync.raw", "--sparse", "--whole-file"), stage.Image);
        });
        return new Figure("initialCopyVsRsync", rsync / ours, goal, Detail(ours, "rsync", rsync, stage.SharedPair.CpuSeconds));
    }

    private static Figure AgainstNbdcopy(ReplicationStage stage)
    {
        var goal = new Goal(0.4, AtLeast: true);
        if (Peers.Find("nbdcopy") is null || Peers.Find("nbdkit") is null)
        {
            return new Figure("initialCopyVsNbdcopy", null, goal, "");
        }

        var (ours, nbdcopy) = stage.InTurn(_ => Ours(stage), _ =>
        {
            var copy = stage.At("nbdcopy.raw");
            SeededImage.Create(copy, new FileInfo(stage.Image).Length).Dispose();
            return ReplicationStage.Time(() => Nbdcopy.Copy(stage.Image, copy, stage.At("nbdkit")), stage.Image);
        });
        return new Figure("initialCopyVsNbdcopy", nbdcopy / ours, goal, Detail(ours, "nbdcopy", nbdcopy, stage.SharedPair.CpuSeconds));
    }

    private static Figure AgainstPlainWrites(ReplicationStage stage)
    {
        var (ours, plain) = stage.InTurn(_ => Ours(stage), _ => ReplicationStage.Time(() => PlainCopy.Copy(stage.Image, stage.At("plain.raw")), stage.Image));
        return new Figure("initialCopyVsPlainWrites", plain / ours, null, Detail(ours, "plain writes", plain, stage.SharedPair.CpuSeconds));
    }

    // Both ends are running, as they are in a vault; the first run is not counted and pays for compiling.
    private static double Ours(ReplicationStage stage)
    {
        var replica = stage.At("replica.raw");
        SeededImage.Create(replica, new FileInfo(stage.Image).Length).Dispose();
        var pair = stage.SharedPair;
        pair.ForgetJournal();
        pair.Open(stage.Image, replica, "full");
        pair.Target.Ask("forget");
        var seconds = ReplicationStage.Time(() => pair.Replicate(), stage.Image);
        pair.Close();
        Resync.RequireSame(stage.Image, replica);
        return seconds;
    }

    private static string Detail(double ours, string peer, double theirs, (double Source, double Target) cpu) =>
        string.Create(CultureInfo.InvariantCulture, $"ours {ours:F3} s, {peer} {theirs:F3} s, processor {cpu.Source:F2} + {cpu.Target:F2} s");
}
