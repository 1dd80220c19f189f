using System.Globalization;

namespace AsrFailback.Bench.Replication;

/// <summary>A replica of which some blocks differ is brought up to date; nobody knows where they are.</summary>
internal static class Resync
{
    public static IEnumerable<Figure> Measure(ReplicationStage stage) => [.. Measure(stage, "", () => stage.Sparse), .. Measure(stage, "Full", () => stage.Full)];

    private static Figure[] Measure(ReplicationStage stage, string suffix, Func<ImagePair> seeded)
    {
        var (digest, cold) = ($"digestResyncVsRsync{suffix}", $"coldResyncVsRsync{suffix}");
        if (Peers.Find("rsync") is null)
        {
            return [new Figure(digest, null, new Goal(4, true), ""), new Figure(cold, null, new Goal(2.5, true), "")];
        }

        var (image, changed) = seeded();
        string[] images = [image, changed];
        using var daemon = new RsyncDaemon(stage.Folder);
        using var pair = stage.NewPair();
        var (theirs, replica) = ($"rsync{suffix}.raw", stage.At($"replica{suffix}.raw"));
        File.Copy(changed, stage.At(theirs));
        SeededImage.Create(replica, new FileInfo(image).Length).Dispose();

        Ours(pair, changed, replica); // the replica holds the changed image, and its digests are known
        var moved = 0L;
        double Rsync(int run) => ReplicationStage.Time(() => daemon.Send(images[run % 2], theirs, "--inplace", "--no-whole-file"), images[run % 2], stage.At(theirs));
        var (trusted, rsync) = stage.InTurn(run => Ours(pair, images[run % 2], replica, bytes => moved = bytes), Rsync);
        var trustedCpu = pair.CpuSeconds;
        var last = images[stage.Runs % 2];
        RequireSame(last, replica);
        RequireSame(last, stage.At(theirs));
        var (hashed, rsyncAgain) = stage.InTurn(
            run =>
            {
                pair.Target.Ask("forget");
                return Ours(pair, images[(run + 1 + stage.Runs) % 2], replica);
            },
            run => Rsync(run + 1 + stage.Runs));
        return
        [
            new Figure(digest, rsync / trusted, new Goal(4, true), Detail(trusted, rsync, moved, trustedCpu)),
            new Figure(cold, rsyncAgain / hashed, new Goal(2.5, true), Detail(hashed, rsyncAgain, moved, pair.CpuSeconds)),
        ];
    }

    private static double Ours(Pair pair, string image, string replica, Action<long>? moved = null)
    {
        pair.ForgetJournal();
        pair.Open(image, replica, "full");
        var seconds = ReplicationStage.Time(() =>
        {
            var bytes = pair.Replicate();
            moved?.Invoke(bytes);
        }, image, replica);
        pair.Close();
        return seconds;
    }

    /// <summary>Fails when a copy holds other bytes.</summary>
    public static void RequireSame(string image, string copy)
    {
        if (!SeededImage.AreSame(image, copy))
        {
            throw new InvalidOperationException($"{copy} is no copy of {image}");
        }
    }

    private static string Detail(double ours, double rsync, long moved, (double Source, double Target) cpu) =>
        string.Create(CultureInfo.InvariantCulture, $"ours {ours:F3} s, rsync {rsync:F3} s, {moved >> 20} MiB moved, processor {cpu.Source:F2} + {cpu.Target:F2} s");
}
