# The bytes of a machine: what it wrote, and what the images of a site hold. Dot-sourced in BeforeAll, after Common.ps1.

# The engine behind ./vault. A machine writes through it; no cmdlet does.
function Get-Engine {
    $vaults = (Get-Command Start-AsrFailover).ImplementingType.Assembly.GetType('AsrFailback.Commands.OpenVaults')
    $vaults.GetMethod('At').Invoke($null, @("$PWD/vault"))
}

# A method that has a span among its parameters, as a delegate that takes an array instead: PowerShell has no spans.
function Get-SpanCall([type] $Type, [string] $Method, [type] $Span) {
    $make = [Linq.Expressions.Expression]
    $found = $Type.GetMethods().Where{ $_.Name -eq $Method }[0]
    $takes = $found.GetParameters().ForEach{ $make::Parameter($_.ParameterType -eq $Span ? [byte[]] : $_.ParameterType, $_.Name) }
    $gives = $takes.ForEach{ $_.Type -eq [byte[]] ? $make::Convert($_, $Span) : $_ }
    $self = $make::Parameter([object], 'self')
    $call = $make::Call($make::Convert($self, $Type), $found, [Linq.Expressions.Expression[]] $gives)
    $make::Lambda($make::Block([void], $call), [Linq.Expressions.ParameterExpression[]] (@($self) + $takes)).Compile()
}

# What a machine with these disks holds, and the means to write and read.
function Initialize-Content([long[]] $DiskBytes, [int] $Seed) {
    $random = [Random]::new($Seed)
    $disks = foreach ($size in $DiskBytes) {
        $bytes = [byte[]]::new($size)
        $random.NextBytes($bytes)
        , $bytes
    }

    $engine = (Get-Engine).GetType()
    $device = $engine.GetMethod('OpenTestMachine').ReturnType.GenericTypeArguments[0]
    @{
        Disks  = $disks
        Random = $random
        Write  = Get-SpanCall -Type $engine.GetMethod('OpenMachine').ReturnType -Method Write -Span ([ReadOnlySpan[byte]])
        Put    = Get-SpanCall -Type $device -Method Write -Span ([ReadOnlySpan[byte]])
        Get    = Get-SpanCall -Type $device -Method Read -Span ([Span[byte]])
    }
}

# The machine writes noise; what was acknowledged is in the content.
function Write-Noise($Content, $Device, [int] $Disk, [long] $Offset, [int] $Length) {
    $data = [byte[]]::new($Length)
    $Content.Random.NextBytes($data)
    $Content.Write.Invoke($Device, $Disk, $Offset, $data)
    $data.CopyTo($Content.Disks[$Disk], $Offset)
}

# It writes at places of its own choice; at the end as well where that is asked for: hardly anything else is written there.
function Write-Content($Content, [int] $Count = 6, $Device = (Get-Engine).OpenMachine('web01'), [switch] $AtEnd) {
    foreach ($number in 1..$Count) {
        $disk = $Content.Random.Next($Content.Disks.Count)
        $length = 512 * $Content.Random.Next(1, 40)
        $offset = 512 * $Content.Random.Next(($Content.Disks[$disk].Length - $length) / 512 + 1)
        Write-Noise -Content $Content -Device $Device -Disk $disk -Offset $offset -Length $length
    }

    if ($AtEnd) {
        $disk = $Content.Disks.Count - 1
        Write-Noise -Content $Content -Device $Device -Disk $disk -Offset ($Content.Disks[$disk].Length - 512) -Length 512
    }
}

# The disks as they are now, to go back to.
function Copy-Disk($Content) {
    foreach ($disk in $Content.Disks) {
        , $disk.Clone()
    }
}

# The digests of blocks of 64 KiB, each with its place, so that a comparison names what differs.
function Get-Digest([byte[][]] $Disks) {
    $hash = [Security.Cryptography.SHA256]::Create()
    foreach ($disk in 0..($Disks.Count - 1)) {
        for ($start = 0; $start -lt $Disks[$disk].Length; $start += 64KB) {
            $length = [Math]::Min(64KB, $Disks[$disk].Length - $start)
            "disk $disk, block $($start / 64KB), $length bytes: " + [Convert]::ToHexString($hash.ComputeHash($Disks[$disk], $start, $length))
        }
    }
}

# The digests of a machine's images at a site, read past the product.
function Get-ImageDigest([string] $Site, [string] $Machine = 'web01') {
    $disks = foreach ($disk in (Get-Content "./$Site/machines/$Machine.json" -Raw | ConvertFrom-Json).disks) {
        $bytes = [IO.File]::ReadAllBytes("$PWD/$Site/$($disk.file -replace '\.vmdk$', '-flat.vmdk')")
        [Array]::Resize([ref] $bytes, $disk.capacityBytes) # a VHD has a footer
        , $bytes
    }

    Get-Digest $disks
}

# The digests of what the test machine reads.
function Get-TestDigest($Content) {
    $disks = foreach ($device in (Get-Engine).OpenTestMachine('web01')) {
        $bytes = [byte[]]::new($device.Length)
        $Content.Get.Invoke($device, 0, $bytes)
        $device.Dispose()
        , $bytes
    }

    Get-Digest $disks
}

# The test machine writes at the beginning of each disk.
function Write-TestMachine($Content) {
    foreach ($device in (Get-Engine).OpenTestMachine('web01')) {
        $Content.Put.Invoke($device, 0, [byte[]]::new(4096))
        $device.Dispose()
    }
}

# The blocks of which somebody has other bytes.
function Get-Difference([string[]] $Expected, [string[]] $Actual) {
    (Compare-Object $Expected $Actual).InputObject -replace ':.*' | Sort-Object -Unique
}
