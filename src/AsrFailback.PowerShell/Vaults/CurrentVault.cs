using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace AsrFailback.Commands;

/// <summary>The vault that cmdlets of a runspace use when none is named.</summary>
internal static class CurrentVault
{
    private static readonly ConditionalWeakTable<Runspace, IFailbackService> Current = [];

    /// <summary>The current vault of this runspace; null when none is connected.</summary>
    public static IFailbackService? Get() => Current.TryGetValue(Runspace.DefaultRunspace, out var service) ? service : null;

    /// <summary>Makes a vault the current one of a runspace.</summary>
    public static void Set(Runspace runspace, IFailbackService service) => Current.AddOrUpdate(runspace, service);

    /// <summary>Lets go of a vault in this runspace.</summary>
    public static void Disconnect(IFailbackService service)
    {
        var runspace = Runspace.DefaultRunspace;
        if (Get() == service)
        {
            Current.Remove(runspace);
        }

        OpenVaults.Release(service, runspace.InstanceId);
    }

    /// <summary>Lets go of every vault of this runspace.</summary>
    public static void DisconnectAll()
    {
        if (Runspace.DefaultRunspace is { } runspace)
        {
            Current.Remove(runspace);
            OpenVaults.ReleaseAll(runspace.InstanceId);
        }
    }
}
