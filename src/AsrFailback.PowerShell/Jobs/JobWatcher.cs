using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Waits for a job and tells its progress: steps, bytes, rate, when it may be done, and below it the same of the jobs it has begun.</summary>
internal sealed class JobWatcher(IFailbackService service, Action<ProgressRecord> progress)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private static int _activities;

    private readonly int _activity = Interlocked.Increment(ref _activities);
    private readonly Dictionary<string, ActivityProgress> _parts = new(StringComparer.OrdinalIgnoreCase);
    private GroupActivity? _group;

    /// <summary>Waits until the job has ended.</summary>
    /// <param name="name">The job's name.</param>
    /// <param name="timeout">How long to wait at most; null for as long as it takes.</param>
    /// <param name="cancellation">Stops waiting; the job goes on.</param>
    /// <exception cref="AsrException"><c>JobWaitTimeout</c>.</exception>
    public async Task<Job> WaitAsync(string name, TimeSpan? timeout, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        var title = await service.GetJobAsync(name, cancellation).ConfigureAwait(false) is { } job
            ? Messages.Get("JobActivity", job.FriendlyName, job.TargetObjectName)
            : " ";
        var own = new ActivityProgress(_activity, parent: -1, title, clock);
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
                progress(own.Record(now));
                Show(now.Group);
                ShowParts(now.Parts, clock);
            }
        }

        if (shown)
        {
            ShowParts([], clock);
            Show(group: null);
            progress(own.Completed);
        }

        return await waiting.ConfigureAwait(false);
    }

    // The groups of a plan take turns.
    private void Show(GroupProgress? group)
    {
        if (group is not null)
        {
            _group ??= new GroupActivity(Interlocked.Increment(ref _activities), _activity);
            progress(_group.Record(group));
        }
        else if (_group is not null)
        {
            progress(_group.Completed);
            _group = null;
        }
    }

    // The machines of a plan that are moved now; one that has ended makes room for the next.
    private void ShowParts(IReadOnlyList<JobProgress> parts, TimeProvider clock)
    {
        foreach (var ended in _parts.Keys.Except(parts.Select(part => part.Job), StringComparer.OrdinalIgnoreCase).ToArray())
        {
            progress(_parts[ended].Completed);
            _parts.Remove(ended);
        }

        foreach (var part in parts)
        {
            if (!_parts.TryGetValue(part.Job, out var shown))
            {
                _parts[part.Job] = shown = new ActivityProgress(Interlocked.Increment(ref _activities), _group?.Activity ?? _activity, part.Target, clock);
            }

            progress(shown.Record(part));
        }
    }
}
