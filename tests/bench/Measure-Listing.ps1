<#
.SYNOPSIS
    Measures in a fresh process how a big vault is listed; prints one JSON document of milliseconds and counts.
.DESCRIPTION
    Measure-Module.ps1 starts it once for each run, because what a process does for the first time it does only once. The
    pipeline that measures has run before; everything else is as a user meets it after Import-Module and Connect-AsrVault.
#>
[CmdletBinding()]
param(
    # The staged module's manifest.
    [Parameter(Mandatory)]
    [string] $Module,

    # Folder of a vault that protects vm-00001 and many others, and that nobody has open.
    [Parameter(Mandatory)]
    [string] $Vault
)

$ErrorActionPreference = 'Stop'

function Measure-Pipeline([scriptblock] $Source) {
    $first = 0.0
    $count = 0
    $watch = [Diagnostics.Stopwatch]::StartNew()
    & $Source | ForEach-Object {
        if ($count++ -eq 0) { $first = $watch.Elapsed.TotalMilliseconds }
    }
    @{ First = $first; All = $watch.Elapsed.TotalMilliseconds; Count = $count }
}

# How many objects of a pipeline still live when the last of them arrives: a stream has let go of the others.
function Measure-Alive([scriptblock] $Source, [int] $Last) {
    $seen = [Collections.Generic.List[WeakReference]]::new($Last)
    $alive = 0
    & $Source | ForEach-Object {
        $seen.Add([WeakReference]::new($_))
        if ($seen.Count -eq $Last) {
            [GC]::Collect()
            $alive = $seen.Where{ $_.IsAlive }.Count
        }
    }
    $alive
}

$null = Measure-Pipeline { 1..3 }
$null = Measure-Pipeline { 1..3 }

Import-Module $Module
$connect = Measure-Pipeline { Connect-AsrVault $Vault }
$cold = Measure-Pipeline { Get-AsrProtectedItem }
$warm = Measure-Pipeline { Get-AsrProtectedItem }
$pattern = Measure-Pipeline { Get-AsrProtectedItem vm-*7 }
$name = Measure-Pipeline { Get-AsrProtectedItem vm-00001 }
$jobs = Measure-Pipeline { Get-AsrJob }
$screen = Measure-Pipeline { Get-AsrProtectedItem | Out-String -Stream -Width 160 | Where-Object { $_ -like 'vm-*' } }
$alive = Measure-Alive { Get-AsrProtectedItem } -Last $cold.Count
Disconnect-AsrVault

@{
    items       = $cold.Count
    jobs        = $jobs.Count
    connect     = $connect.All
    coldFirst   = $cold.First
    coldAll     = $cold.All
    warmFirst   = $warm.First
    warmAll     = $warm.All
    patternAll  = $pattern.All
    nameAll     = $name.All
    jobsFirst   = $jobs.First
    jobsAll     = $jobs.All
    screenFirst = $screen.First
    screenAll   = $screen.All
    alive       = $alive
} | ConvertTo-Json -Compress
