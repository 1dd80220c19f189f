using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsrFailback;

/// <summary>Writes the string-backed words of the service as plain JSON strings.</summary>
public sealed class StringWordConverter : JsonConverterFactory
{
    private static readonly HashSet<Type> Words =
        [typeof(ProtectionState), typeof(ActiveLocation), typeof(InstanceType), typeof(AllowedOperation), typeof(JobAction), typeof(JobState), typeof(TargetObjectType)];

    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => Words.Contains(typeToConvert);

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            (T)Activator.CreateInstance(typeof(T), reader.GetString() ?? "")!;

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
