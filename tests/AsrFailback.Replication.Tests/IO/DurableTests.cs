using System.ComponentModel;
using AsrFailback.Replication.IO;
using Microsoft.Win32.SafeHandles;

namespace AsrFailback.Replication.Tests;

/// <summary>Flushes say when they fail.</summary>
public sealed class DurableTests
{
    [UnixFact]
    public void Flushing_a_handle_that_is_none_throws_what_the_system_said()
    {
        using var nothing = new SafeFileHandle(9_999, ownsHandle: false);

        Assert.Equal(9, Assert.Throws<Win32Exception>(() => Durable.Flush(nothing)).NativeErrorCode);
    }

    [UnixFact]
    public void Flushing_what_cannot_be_flushed_throws()
    {
        // A pipe has nothing to make durable: the system answers EINVAL, which the framework's own flush swallows.
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var handle = new SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);

        Assert.Equal(22, Assert.Throws<Win32Exception>(() => Durable.Flush(handle)).NativeErrorCode);
    }

    [UnixFact]
    public void Flushing_a_missing_folder_throws_that_it_is_missing()
    {
        using var folder = new TempFolder();

        Assert.Equal(2, Assert.Throws<Win32Exception>(() => Durable.FlushFolder(folder["none"])).NativeErrorCode);
        Durable.FlushFolder(folder.Path);
    }
}
