namespace AsrFailback.Engine.Items;

/// <summary>The recovery point objective of an item over the last day, a sample a minute; what is older is forgotten. Thread-safe.</summary>
internal sealed class RpoHistory
{
    /// <summary>Samples kept.</summary>
    public const int MaxSamples = 24 * 60;

    /// <summary>Time between two samples.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Queue<RpoSample> _samples = new();
    private RpoSample? _newest;

    /// <summary>The samples, oldest first.</summary>
    public IReadOnlyList<RpoSample> Samples
    {
        get
        {
            lock (_samples)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>The newest sample; null before the first.</summary>
    public RpoSample? Newest
    {
        get
        {
            lock (_samples)
            {
                return _newest;
            }
        }
    }

    /// <summary>Adds a sample.</summary>
    public void Add(RpoSample sample)
    {
        lock (_samples)
        {
            _newest = sample;
            _samples.Enqueue(sample);
            if (_samples.Count > MaxSamples)
            {
                _samples.Dequeue();
            }
        }
    }
}
