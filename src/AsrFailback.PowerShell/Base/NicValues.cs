using System.Collections;
using System.Globalization;
using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>What network interfaces become at the recovery site, as users give it: hashtables, or objects, one for each interface.</summary>
internal static class NicValues
{
    private const string Parameter = "Nic";
    private static readonly string[] Keys = [nameof(NicTarget.Network), nameof(NicTarget.Address), nameof(NicTarget.DoNotCreate)];

    /// <summary>What was given; null for nothing.</summary>
    /// <exception cref="AsrException"><c>ArgumentInvalid</c>: no name, or a value that means nothing, with its place.</exception>
    public static IReadOnlyList<NicTarget>? Of(object[]? given) => given is null ? null : [.. MachineRow.OfObjects(Parameter, given).Select(Of)];

    private static NicTarget Of(MachineRow row)
    {
        var target = new NicTarget(row.Machine);
        foreach (DictionaryEntry entry in row.Values)
        {
            var value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            var text = Convert.ToString(value, CultureInfo.InvariantCulture);
            target = Keys.FirstOrDefault(key => string.Equals(key, entry.Key.ToString(), StringComparison.OrdinalIgnoreCase)) switch
            {
                nameof(NicTarget.Network) => target with { Network = text },
                nameof(NicTarget.Address) => target with { Address = text },
                nameof(NicTarget.DoNotCreate) => target with { DoNotCreate = MachineValues.TrueOrFalse(value) ?? throw Wrong(row, Messages.Get("NotTrueOrFalse", entry.Key, text)) },
                _ => throw Wrong(row, Messages.Get("UnknownValue", entry.Key, string.Join(", ", Keys))),
            };
        }

        return target;
    }

    private static AsrException Wrong(MachineRow row, string what) => ErrorCatalogue.Exception("ArgumentInvalid", Parameter, Messages.Get("WrongInRow", row.Place, row.Machine, what));
}
