using AsrFailback;
using AsrFailback.Core.Errors;
using AsrFailback.Node;

// Not disposed: a signal may still arrive while the process ends.
var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM,
    signal =>
    {
        signal.Cancel = true;
        stop.Cancel();
    });

try
{
    return await NodeCommands.RunAsync(args, stop.Token);
}
catch (AsrException failure)
{
    ErrorPrinter.Print(failure.Error);
    return ExitCode.Of(failure.Error);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return ExitCode.Cancelled;
}
catch (Exception failure) when (!stop.IsCancellationRequested)
{
    ErrorPrinter.Print(ErrorCatalogue.Error("Unexpected", failure.ToString()));
    return ExitCode.Error;
}
