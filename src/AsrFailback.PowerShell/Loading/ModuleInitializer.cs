using System.Management.Automation;

namespace AsrFailback.Commands;

/// <summary>Runs at every import, in every runspace.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnImport() => EngineLoadContext.Hook();

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo) => CurrentVault.DisconnectAll();
}
