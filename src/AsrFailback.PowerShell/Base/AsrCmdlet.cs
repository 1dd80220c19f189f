using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>
/// A cmdlet whose work runs on the pool and can be cancelled: Ctrl+C and <c>Select-Object -First</c> stop it at once.
/// </summary>
public abstract class AsrCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <summary>Runs work for one input object. What it throws becomes a non-terminating error; the next object goes on.</summary>
    private protected void Run(object? target, Func<OutputPump, CancellationToken, Task> work)
    {
        using var pump = new OutputPump(_stop.Token);
        var running = Task.Run(() => RunAsync(target, work, pump));
        try
        {
            pump.Drain(this);
        }
        catch
        {
            // The pipeline was stopped, or an error action asked for it.
            _stop.Cancel();
            pump.Discard();
            running.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
            throw;
        }

        running.GetAwaiter().GetResult();
        if (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Writes an error of the catalogue; the next object goes on.</summary>
    private protected void WriteError(AsrError error, object? target) => WriteError(ErrorRecords.Of(error, target));

    /// <summary>The absolute path of one file system path, relative to the session's location.</summary>
    /// <exception cref="AsrException"><c>PathNotFileSystem</c>.</exception>
    private protected string FullPath(string path)
    {
        try
        {
            var full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == "FileSystem" ? full : throw ErrorCatalogue.Exception("PathNotFileSystem", path);
        }
        catch (SessionStateException unknown) // a drive or a provider that does not exist
        {
            throw ErrorCatalogue.Caused(unknown, "PathNotFileSystem", path);
        }
    }

    /// <summary>The service of an open vault: of the named one, or of the current one of the runspace.</summary>
    /// <exception cref="AsrException"><c>NotConnected</c>, <c>VaultNotOpen</c>, <c>VaultAmbiguous</c>.</exception>
    private protected IFailbackService ConnectedService(string? vault) => vault is null
        ? CurrentVault.Get() ?? throw ErrorCatalogue.Exception("NotConnected")
        : OpenVaults.Find(vault, SessionState.Path.CurrentFileSystemLocation.Path) ?? throw ErrorCatalogue.Exception("VaultNotOpen", vault);

    /// <summary>The absolute path, or null after an error was written.</summary>
    private protected string? TryFullPath(string path)
    {
        try
        {
            return FullPath(path);
        }
        catch (AsrException refusal)
        {
            WriteError(refusal.Error, path);
            return null;
        }
    }

    /// <summary>Runs work on a path, once it is known to be one.</summary>
    private protected void RunWithPath(string path, Action<string, OutputPump, CancellationToken> work)
    {
        if (TryFullPath(path) is { } full)
        {
            Run(full, (pump, cancellation) =>
            {
                work(full, pump, cancellation);
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>Writes what was asked for, and an error for each plain name that was not met.</summary>
    private protected static void WriteChosen<T>(OutputPump pump, IEnumerable<T> things, Func<T, string> nameOf, NameChoice choice)
        where T : class
    {
        foreach (var thing in things.Where(thing => choice.Takes(nameOf(thing))))
        {
            pump.Write(thing);
        }

        pump.Errors(choice);
    }

    /// <summary>Asks, or says what would be done. <c>-Force</c> takes the question away, never <c>-WhatIf</c>.</summary>
    private protected bool Confirmed(string target, string action, bool force)
    {
        if (force && !IsWhatIf && !MyInvocation.BoundParameters.ContainsKey("Confirm"))
        {
            WriteVerbose($"{action}: {target}");
            return true;
        }

        try
        {
            return ShouldProcess(target, action);
        }
        catch (Exception cannotAsk) when (cannotAsk is PSInvalidOperationException or System.Management.Automation.Host.HostException or NullReferenceException)
        {
            // The console host fails with a null reference where its input has ended.
            ThrowTerminatingError(ErrorRecords.Of(ErrorCatalogue.Caused(cannotAsk, "ConfirmationNeeded", action, target), target));
            return false;
        }
    }

    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out var bound)
        ? ((SwitchParameter)bound).ToBool()
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference", false));

    private async Task RunAsync(object? target, Func<OutputPump, CancellationToken, Task> work, OutputPump pump)
    {
        try
        {
            await work(pump, _stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The pipeline thread throws for it.
        }
        catch (Exception failure)
        {
            if (!_stop.IsCancellationRequested)
            {
                pump.Error(failure, target);
            }
        }
        finally
        {
            pump.Complete();
        }
    }
}
