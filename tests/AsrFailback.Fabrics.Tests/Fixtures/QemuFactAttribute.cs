namespace AsrFailback.Fabrics.Tests;

/// <summary>A test that needs <c>qemu-img</c> and <c>qemu-io</c>; skipped where they are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class QemuFactAttribute : FactAttribute
{
    public QemuFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!new[] { "qemu-img", "qemu-io" }.All(program => folders.Any(folder => File.Exists(Path.Combine(folder, program)))))
        {
            Skip = "qemu-img and qemu-io are not installed";
        }
    }
}
