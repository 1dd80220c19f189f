using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Waits for a job and tells its progress: bytes, rate, and when it may be done.</summary>
internal sealed class JobWatcher(IFailbackService service, Action<ProgressRecord> progress)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private static int _activities;

    private readonly int _activity = Interlocked.Increment(ref _activities);
    private string _title = "";
    private string _task = "";
    private long _firstBytes;
    private long _firstTime;

    /// <summary>Waits until the job has ended.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="timeout">How long to wait at most; null for as long as it takes.</param>
    /// <param name="cancellation">Stops waiting; the job goes on.</param>
    /// <exception cref="AsrException"><c>JobWaitTimeout</c>.</exception>
    public async Task<Job> WaitAsync(string name, TimeSpan? timeout, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        if (await service.GetJobAsync(name, cancellation).ConfigureAwait(false) is { } job)
        {
            _title = Messages.Get("JobActivity", job.FriendlyName, job.TargetObjectName);
        }

        var waiting = service.WaitForJobAsync(name, cancellation);
        var shown = false;
        while (await Task.WhenAny(waiting, Task.Delay(Interval, clock, cancellation)).ConfigureAwait(false) != waiting)
        {
            cancellation.ThrowIfCancellationRequested();
            if (timeout is { } limit && clock.GetElapsedTime(start) >= limit)
            {
                throw Core.Errors.ErrorCatalogue.Exception("JobWaitTimeout", name, limit.TotalSeconds);
            }

            if (await service.GetJobProgressAsync(name, cancellation).ConfigureAwait(false) is { } now)
            {
                shown = true;
                progress(Record(now, clock));
            }
        }

        if (shown)
        {
            progress(new ProgressRecord(_activity, " ", " ") { RecordType = ProgressRecordType.Completed });
        }

        return await waiting.ConfigureAwait(false);
    }

    private ProgressRecord Record(JobProgress now, TimeProvider clock)
    {
        if (now.Task != _task || now.BytesDone < _firstBytes)
        {
            (_task, _firstBytes, _firstTime) = (now.Task, now.BytesDone, clock.GetTimestamp());
        }

        var record = new ProgressRecord(_activity, _title, now.Task);
        if (now.Detail.Length > 0)
        {
            record.CurrentOperation = now.Detail;
        }

        if (now.BytesTotal > 0)
        {
            var seconds = clock.GetElapsedTime(_firstTime).TotalSeconds;
            var rate = seconds > 0 ? (now.BytesDone - _firstBytes) / seconds : 0;
            record.PercentComplete = (int)Math.Clamp(now.BytesDone * 100 / now.BytesTotal, 0, 100);
            record.SecondsRemaining = rate > 0 ? (int)Math.Min(int.MaxValue, (now.BytesTotal - now.BytesDone) / rate) : -1;

            // The status is what every view shows; the newer one has no room for the current operation.
            record.StatusDescription = Messages.Get(
                "JobBytes", now.Task, ByteSize.Format(now.BytesDone), ByteSize.Format(now.BytesTotal), ByteSize.Format((long)rate));
        }

        return record;
    }
}
