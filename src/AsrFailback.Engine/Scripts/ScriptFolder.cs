using AsrFailback.Core.Errors;
using AsrFailback.Core.Plans;

namespace AsrFailback.Engine.Scripts;

/// <summary>
/// The programs that plans of a vault may run: plain files in its folder <c>scripts</c>, each only with the content that was allowed
/// when an action was given it. What a plan names is never a path.
/// </summary>
/// <param name="vault">Folder of the vault.</param>
internal sealed class ScriptFolder(string vault)
{
    private const string Name = "scripts";

    private readonly string _folder = Path.Combine(vault, Name);

    /// <summary>Allows a program as it is now.</summary>
    /// <exception cref="AsrException"><c>ScriptNotAllowed</c>.</exception>
    public Script Allow(string name) => Script.Allow(PathOf(name));

    /// <summary>The program that an action names, with the content it was allowed with; whether it still has that is not looked at.</summary>
    /// <exception cref="AsrException"><c>ScriptNotAllowed</c>.</exception>
    public Script Named(ScriptAction action) => new(PathOf(action.Script), action.Sha256 ?? "");

    /// <summary>Why the program of an action may not be run; null when it may. One without a hash is to be allowed as it is.</summary>
    public AsrError? FaultOf(ScriptAction action)
    {
        try
        {
            (action.Sha256 is null ? Allow(action.Script) : Named(action)).RequireUnchanged();
            return null;
        }
        catch (AsrException refused)
        {
            return refused.Error;
        }
    }

    private string PathOf(string name)
    {
        var path = Path.Combine(_folder, name);
        return PlanActionRules.IsScriptName(name) && new DirectoryInfo(_folder).LinkTarget is null && new FileInfo(path) is { Exists: true, LinkTarget: null }
            ? path
            : throw ErrorCatalogue.Exception("ScriptNotAllowed", name, _folder);
    }
}
