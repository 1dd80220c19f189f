using System.Globalization;
using System.Runtime.CompilerServices;

namespace AsrFailback.Engine.Tests;

/// <summary>Texts are compared in English wherever the tests run.</summary>
internal static class English
{
    [ModuleInitializer]
    internal static void Speak() => CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
}
