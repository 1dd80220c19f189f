using System.Management.Automation;
using AsrFailback.Core.Protection;

namespace AsrFailback.Commands;

/// <summary>
/// Lets a parameter take an object as well as its name: of an object the first of the given properties is used. ARM ids
/// count by their last segment when they are given as text, unless whole ids are asked for. What a job worked on is told apart:
/// a plan's job gives a <see cref="PlanIdentity"/>.
/// </summary>
internal sealed class IdentityAttribute(params string[] properties) : ArgumentTransformationAttribute
{
    /// <summary>Keep ids whole.</summary>
    public bool WholeIds { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData) => inputData switch
    {
        PSObject { BaseObject: not PSCustomObject } wrapped => Transform(engineIntrinsics, wrapped.BaseObject),
        object[] many => Array.ConvertAll(many, one => Transform(engineIntrinsics, one)),
        string text => !WholeIds && text.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase) ? text[(text.LastIndexOf('/') + 1)..] : text,
        DateTime or DateTimeOffset => PointTime.TextOf((IFormattable)inputData),
        null => null,
        _ => NameOf(inputData) ?? inputData,
    };

    private string? NameOf(object input)
    {
        var (property, name) = properties.Select(property => (property, Value: ValueOf(input, property))).FirstOrDefault(found => found.Value is { Length: > 0 });
        var ofPlan = property == nameof(Job.TargetObjectName) && ValueOf(input, nameof(Job.TargetObjectType)) == TargetObjectType.RecoveryPlan.Value;
        return ofPlan ? PlanIdentity.Of(name!) : name;
    }

    private static string? ValueOf(object input, string property) => PSObject.AsPSObject(input).Properties[property]?.Value?.ToString();
}
