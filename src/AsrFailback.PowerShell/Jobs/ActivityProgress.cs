using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>The progress of one job as PowerShell shows it. Not thread-safe.</summary>
/// <param name="activity">Number of the activity.</param>
/// <param name="parent">Number of the activity it is a part of; -1 for none.</param>
/// <param name="title">What is done.</param>
/// <param name="clock">Measures the rate.</param>
internal sealed class ActivityProgress(int activity, int parent, string title, TimeProvider clock)
{
    private string _task = "";
    private long _firstBytes;
    private long _firstTime;

    /// <summary>Takes it off the screen.</summary>
    public ProgressRecord Completed => new(activity, " ", " ") { ParentActivityId = parent, RecordType = ProgressRecordType.Completed };

    /// <summary>What the job says now.</summary>
    public ProgressRecord Record(JobProgress now)
    {
        if (now.Task != _task || now.BytesDone < _firstBytes)
        {
            (_task, _firstBytes, _firstTime) = (now.Task, now.BytesDone, clock.GetTimestamp());
        }

        var status = now.Steps > 1 ? Messages.Get("JobStep", now.Task, now.Step, now.Steps) : now.Task;
        var record = new ProgressRecord(activity, title, status) { ParentActivityId = parent };
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
            record.StatusDescription = Messages.Get("JobBytes", status, ByteSize.Format(now.BytesDone), ByteSize.Format(now.BytesTotal), ByteSize.Format((long)rate));
        }

        return record;
    }
}
