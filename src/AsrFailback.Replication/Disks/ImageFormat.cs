namespace AsrFailback.Replication.Disks;

/// <summary>The formats of images that are read, by ourselves or with <c>qemu-img</c>.</summary>
public enum ImageFormat
{
    /// <summary>The disk's bytes and nothing else.</summary>
    Raw,

    /// <summary>Fixed VHD.</summary>
    FixedVhd,

    /// <summary>Dynamic VHD.</summary>
    DynamicVhd,

    /// <summary>A VMDK descriptor with one flat extent.</summary>
    FlatVmdk,

    /// <summary>A VMDK descriptor with extents of 2 GB, flat or sparse.</summary>
    SplitVmdk,

    /// <summary>A sparse VMDK in one file, packed or not.</summary>
    SparseVmdk,

    /// <summary>QEMU's own format.</summary>
    Qcow2,

    /// <summary>Hyper-V's newer format.</summary>
    Vhdx,

    /// <summary>VirtualBox's format.</summary>
    Vdi,
}

/// <summary>What the formats are called.</summary>
internal static class ImageFormatNames
{
    /// <summary>The name a user knows.</summary>
    public static string Name(this ImageFormat format) => format switch
    {
        ImageFormat.FixedVhd => "fixed VHD",
        ImageFormat.DynamicVhd => "dynamic VHD",
        ImageFormat.FlatVmdk => "flat VMDK",
        ImageFormat.SplitVmdk => "split VMDK",
        ImageFormat.SparseVmdk => "sparse VMDK",
        ImageFormat.Qcow2 => "qcow2",
        ImageFormat.Vhdx => "VHDX",
        ImageFormat.Vdi => "VDI",
        _ => "raw",
    };
}
