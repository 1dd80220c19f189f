using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace AsrFailback.Commands;

/// <summary>
/// The engine with its packages lives in a load context of its own, so that whatever versions another module or
/// PowerShell itself has loaded do not matter. Only the cmdlets and the model are shared.
/// </summary>
internal sealed class EngineLoadContext : AssemblyLoadContext
{
    private static readonly string[] Entrances = ["AsrFailback.Engine", "AsrFailback.Core"];
    private static readonly Lazy<EngineLoadContext> Instance = new(() => new EngineLoadContext());
    private static int _hooked;

    private readonly string _folder = Path.Combine(Path.GetDirectoryName(typeof(EngineLoadContext).Assembly.Location)!, "lib");

    private EngineLoadContext()
        : base("AsrFailback")
    {
    }

    /// <summary>From now on the entrances are found; may be called at every import.</summary>
    public static void Hook()
    {
        if (Interlocked.Exchange(ref _hooked, 1) == 0)
        {
            Default.Resolving += (_, name) => Entrances.Contains(name.Name) ? Instance.Value.LoadFromAssemblyName(name) : null;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <inheritdoc/>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        Candidates(unmanagedDllName).FirstOrDefault(File.Exists) is { } path ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;

    private IEnumerable<string> Candidates(string name)
    {
        var (system, prefix, extension) = OperatingSystem.IsWindows() ? ("win", "", ".dll") : OperatingSystem.IsMacOS() ? ("osx", "lib", ".dylib") : ("linux", "lib", ".so");
        var architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        string[] runtimes = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
            ? [$"linux-musl-{architecture}", $"alpine-{architecture}"]
            : [$"{system}-{architecture}"];
        return runtimes.Select(runtime => Path.Combine(_folder, "runtimes", runtime, "native", prefix + name + extension));
    }
}
