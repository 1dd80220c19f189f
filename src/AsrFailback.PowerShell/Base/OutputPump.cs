using System.Collections.Concurrent;
using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>
/// Carries what a worker on the pool says to the pipeline thread, the only one that may write to PowerShell. Bounded: a
/// pipeline that does not take its objects holds the worker back.
/// </summary>
internal sealed class OutputPump(CancellationToken cancellation) : IDisposable
{
    private const int Capacity = 64;

    private readonly BlockingCollection<Action<Cmdlet>> _actions = new(Capacity);

    public void Write(object value) => Add(cmdlet => cmdlet.WriteObject(value));

    public void Warn(string text) => Add(cmdlet => cmdlet.WriteWarning(text));

    public void Progress(ProgressRecord record) => Add(cmdlet => cmdlet.WriteProgress(record));

    public void Error(Exception failure, object? target) => Add(cmdlet => cmdlet.WriteError(ErrorRecords.Of(failure, target)));

    /// <summary>One error record for each name that was not met.</summary>
    public void Errors(NameChoice choice)
    {
        foreach (var (name, error) in choice.Missing())
        {
            Error(new AsrException(error), name);
        }
    }

    /// <summary>The worker has nothing more to say.</summary>
    public void Complete() => _actions.CompleteAdding();

    /// <summary>Writes everything, on the pipeline thread, until the worker has completed.</summary>
    public void Drain(Cmdlet cmdlet)
    {
        foreach (var action in _actions.GetConsumingEnumerable())
        {
            action(cmdlet);
        }
    }

    /// <summary>Throws away what is left, so that the worker is never held back for good.</summary>
    public void Discard()
    {
        foreach (var _ in _actions.GetConsumingEnumerable())
        {
        }
    }

    public void Dispose() => _actions.Dispose();

    private void Add(Action<Cmdlet> action) => _actions.Add(action, cancellation);
}
