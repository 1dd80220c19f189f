using System.Collections;
using System.Globalization;
using System.Management.Automation;
using AsrFailback.Core.Errors;

namespace AsrFailback.Commands;

/// <summary>The values of one machine of a plan, or of one network interface, and where they were given: what is wrong with them is told with that place.</summary>
/// <param name="Parameter">The parameter they came by.</param>
/// <param name="Place">Where, for people: <c>item 2</c>, <c>machines.csv, line 3</c>.</param>
/// <param name="Machine">The name of the machine's item, or of the interface.</param>
/// <param name="Values">The values by name.</param>
internal sealed record MachineRow(string Parameter, string Place, string Machine, IDictionary Values)
{
    private static readonly string[] NameKeys = ["Name", "Item"];

    /// <summary>A row of named values, one of which is the machine's name. What is empty was not given.</summary>
    /// <exception cref="AsrException"><c>ArgumentInvalid</c>: no name.</exception>
    public static MachineRow Of(string parameter, string place, IEnumerable<KeyValuePair<string, object?>> values)
    {
        var given = values.Where(value => !IsEmpty(value.Value)).ToArray();
        var name = given.FirstOrDefault(value => NameKeys.Contains(value.Key, StringComparer.OrdinalIgnoreCase));
        if (name.Key is null)
        {
            throw ErrorCatalogue.Exception("ArgumentInvalid", parameter, Messages.Get("RowWithoutName", place));
        }

        var own = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var value in given.Where(value => !NameKeys.Contains(value.Key, StringComparer.OrdinalIgnoreCase)))
        {
            own[value.Key] = value.Value;
        }

        return new MachineRow(parameter, place, Convert.ToString(Unwrapped(name.Value), CultureInfo.InvariantCulture)!, own);
    }

    /// <summary>What was given of a hashtable of hashtables, or of objects with a property <c>Name</c> or <c>Item</c>, such as those of <c>Import-Csv</c>.</summary>
    /// <exception cref="AsrException"><c>ArgumentInvalid</c>.</exception>
    public static IEnumerable<MachineRow> OfObjects(string parameter, object[] given) => given.SelectMany((one, index) => Unwrapped(one) switch
    {
        IDictionary machines when !NamesItself(machines) => machines.Cast<DictionaryEntry>().Select(entry => OfEntry(parameter, entry)),
        IDictionary row => [Of(parameter, Messages.Get("RowPlace", index + 1), row.Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create($"{entry.Key}", entry.Value)))],
        _ => [Of(parameter, Messages.Get("RowPlace", index + 1), PSObject.AsPSObject(one).Properties.Where(property => property.IsGettable).Select(property => KeyValuePair.Create(property.Name, (object?)property.Value)))],
    });

    /// <summary>Values with these in their place.</summary>
    /// <exception cref="AsrException"><c>ArgumentInvalid</c>: a value that means nothing, with its place.</exception>
    public MachineValues Over(MachineValues defaults)
    {
        try
        {
            return defaults.With(Values);
        }
        catch (AsrException wrong) when (wrong.Error.Id == "ArgumentInvalid")
        {
            throw ErrorCatalogue.Exception("ArgumentInvalid", Parameter, Messages.Get("WrongInRow", Place, Machine, wrong.Error.Message));
        }
    }

    private static MachineRow OfEntry(string parameter, DictionaryEntry entry) => Unwrapped(entry.Value) is IDictionary values
        ? new MachineRow(parameter, $"{entry.Key}", $"{entry.Key}", values)
        : throw ErrorCatalogue.Exception("ArgumentInvalid", parameter, Messages.Get("ValuesAreHashtables", entry.Key));

    // A machine may be called Name: its values are a hashtable then.
    private static bool NamesItself(IDictionary row) =>
        row.Cast<DictionaryEntry>().Any(entry => NameKeys.Contains($"{entry.Key}", StringComparer.OrdinalIgnoreCase) && Unwrapped(entry.Value) is not IDictionary);

    private static bool IsEmpty(object? value) => Unwrapped(value) is null or "";

    private static object? Unwrapped(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
