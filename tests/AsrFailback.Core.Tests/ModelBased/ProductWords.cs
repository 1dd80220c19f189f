using AsrFailback.Core.Protection;

namespace AsrFailback.Core.Tests;

/// <summary>A protected item of the product as one line, as <see cref="ReferenceWords"/> writes it.</summary>
internal static class ProductWords
{
    public static string Of(ProtectedItem item) => string.Join(' ',
        item.InstanceType, item.ProtectionState, item.ActiveLocation,
        $"[{string.Join(' ', item.AllowedOperations.Select(operation => operation.Value).Order(StringComparer.Ordinal))}]",
        item.ActiveFabric,
        ProtectionGroups.IsFailback(item.ProtectionGroup) ? "homeward" : "forward",
        item.Policy == item.ForwardPolicy ? "own-policy" : "failback-policy");
}
