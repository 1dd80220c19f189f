using System.Reflection;

namespace AsrFailback.Help;

/// <summary>What the compiled cmdlet says about itself.</summary>
/// <param name="Name">Verb and noun.</param>
/// <param name="Sets">Names of its parameter sets, the default one first.</param>
/// <param name="Parameters">Its parameters, inherited ones and those of <c>-WhatIf</c> included.</param>
/// <param name="Outputs">Full names of the types it returns.</param>
internal sealed record CmdletFacts(
    string Name, IReadOnlyList<string> Sets, IReadOnlyList<ParameterFacts> Parameters, IReadOnlyList<string> Outputs)
{
    private const string AllSets = "__AllParameterSets";
    private static readonly string[] OfShouldProcess = ["WhatIf", "Confirm"];

    /// <summary>The cmdlets of an assembly, read without running any of its code.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="references">Assemblies it was compiled against.</param>
    public static IReadOnlyList<CmdletFacts> Read(string assembly, IEnumerable<string> references)
    {
        using var context = new MetadataLoadContext(new PathAssemblyResolver([assembly, .. references]));
        return [.. context.LoadFromAssemblyPath(assembly).GetExportedTypes()
            .SelectMany(type => Attributes(type, "CmdletAttribute").Select(attribute => Of(type, attribute)))
            .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal)];
    }

    /// <summary>The parameters of one set, in the order in which help shows them.</summary>
    public IEnumerable<ParameterFacts> In(string set) => Parameters
        .Where(parameter => parameter.Set is null || parameter.Set == set)
        .OrderBy(parameter => (parameter.Position ?? int.MaxValue, !parameter.Mandatory, parameter.IsOfPowerShell));

    private static CmdletFacts Of(Type type, CustomAttributeData cmdlet)
    {
        var parameters = type.GetProperties()
            .SelectMany(property => Attributes(property, "ParameterAttribute").Select(attribute => Parameter(property, attribute)))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .ToList();
        if (Named<bool>(cmdlet, "SupportsShouldProcess"))
        {
            parameters.AddRange(OfShouldProcess.Select(name => new ParameterFacts { Name = name, IsOfPowerShell = true }));
        }

        var sets = parameters.Select(parameter => parameter.Set).OfType<string>().Distinct();
        var first = Named<string>(cmdlet, "DefaultParameterSetName");
        return new CmdletFacts(
            $"{cmdlet.ConstructorArguments[0].Value}-{cmdlet.ConstructorArguments[1].Value}",
            [.. sets.OrderBy(set => set != first).DefaultIfEmpty(AllSets)],
            parameters,
            [.. Attributes(type, "OutputTypeAttribute").SelectMany(Types)]);
    }

    private static ParameterFacts Parameter(PropertyInfo property, CustomAttributeData attribute)
    {
        var set = Named<string>(attribute, "ParameterSetName");
        var type = Nullable(property.PropertyType) ?? property.PropertyType;
        return new ParameterFacts
        {
            Name = property.Name,
            Set = set == AllSets ? null : set,
            Type = type.Name == "SwitchParameter" ? null : TypeName(type),
            Choices = type.IsEnum ? type.GetEnumNames() : [],
            Mandatory = Named<bool>(attribute, "Mandatory"),
            Position = attribute.NamedArguments.Where(argument => argument.MemberName == "Position").Select(argument => (int?)argument.TypedValue.Value).FirstOrDefault(),
            ByValue = Named<bool>(attribute, "ValueFromPipeline"),
            ByPropertyName = Named<bool>(attribute, "ValueFromPipelineByPropertyName"),
            Wildcards = Attributes(property, "SupportsWildcardsAttribute").Any(),
            Aliases = [.. Attributes(property, "AliasAttribute").SelectMany(Strings)],
        };
    }

    private static IEnumerable<CustomAttributeData> Attributes(MemberInfo member, string name) =>
        member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.Name == name);

    private static T? Named<T>(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.Where(argument => argument.MemberName == name).Select(argument => (T?)argument.TypedValue.Value).FirstOrDefault();

    private static IEnumerable<string> Strings(CustomAttributeData attribute) => Values(attribute).OfType<string>();

    private static IEnumerable<string> Types(CustomAttributeData attribute) => Values(attribute).OfType<Type>().Select(type => type.FullName!);

    private static IEnumerable<object?> Values(CustomAttributeData attribute) => attribute.ConstructorArguments.SelectMany(argument =>
        argument.Value is IReadOnlyCollection<CustomAttributeTypedArgument> several ? several.Select(one => one.Value) : [argument.Value]);

    private static Type? Nullable(Type type) => type is { IsGenericType: true, Name: "Nullable`1" } ? type.GenericTypeArguments[0] : null;

    private static string TypeName(Type type) => type.IsArray ? $"{TypeName(type.GetElementType()!)}[]" : type.Name switch
    {
        nameof(String) => "string",
        nameof(Int32) => "int",
        nameof(Int64) => "long",
        var name => name,
    };
}

/// <summary>One parameter in one or in all parameter sets.</summary>
internal sealed record ParameterFacts
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>The parameter set; null for all.</summary>
    public string? Set { get; init; }

    /// <summary>Type of its value; null for a switch.</summary>
    public string? Type { get; init; }

    /// <summary>The values it may have, where these are few.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether it must be given.</summary>
    public bool Mandatory { get; init; }

    /// <summary>Position, from 0; null when it must be named.</summary>
    public int? Position { get; init; }

    /// <summary>Whether it takes whole objects from the pipeline.</summary>
    public bool ByValue { get; init; }

    /// <summary>Whether it takes a property of objects from the pipeline.</summary>
    public bool ByPropertyName { get; init; }

    /// <summary>Whether wildcards are understood.</summary>
    public bool Wildcards { get; init; }

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether PowerShell itself adds it.</summary>
    public bool IsOfPowerShell { get; init; }
}
