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

    /// <summary>Lets go of a vault in this runspace; of the current one when none is named.</summary>
    public static void Disconnect(IFailbackService? service = null)
    {
        var runspace = Runspace.DefaultRunspace;
        var current = runspace is null ? null : Get();
        if ((service ?? current) is not { } leaving || runspace is null)
        {
            return;
        }

        if (leaving == current)
        {
            Current.Remove(runspace);
        }

        OpenVaults.Release(leaving, runspace.InstanceId);
    }
}
