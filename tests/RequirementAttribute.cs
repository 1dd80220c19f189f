namespace AsrFailback.Tests;

/// <summary>
/// What a test proves: it fails when the behaviour of these requirements breaks. A test of a side aspect has none.
/// <c>docs/requirements.md</c> is made from them.
/// </summary>
/// <param name="ids">Ids of requirements, as <c>requirements.json</c> of the engine's tests has them.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
internal sealed class RequirementAttribute(params string[] ids) : Attribute
{
    public IReadOnlyList<string> Ids => ids;
}
