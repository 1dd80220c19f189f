<#
.SYNOPSIS
    Measures what the module may cost: the time to import it, the time and memory to list a big vault.
.DESCRIPTION
    Import: whole processes, bare PowerShell and PowerShell that imports the module in turn; the figure is the median of
    what the second takes longer than the first.
    Listing: a vault with a real row for each protected item and one for the job that protected it, filled by
    AsrFailback.Bench (.NET SDK). Each run is a process of its own, and the figures with a goal are those of its first
    call, compiling included.
    Medians meet or miss a goal. On a machine that does other things too, a median may meet it by luck: where the middle
    half of the runs spreads wider than the goal itself, the verdict is NOISY and the goal counts as missed.
.EXAMPLE
    ./Measure-Module.ps1
    Prints a table; the exit code is 1 when a goal is missed.
.EXAMPLE
    ./Measure-Module.ps1 -Module ~/AsrFailback/AsrFailback.psd1 -Runs 3 -Items 2000 -Json
    Measures another copy of the module, sooner done, and prints one JSON document.
#>
[CmdletBinding()]
param(
    # The staged module's manifest.
    [string] $Module = (Join-Path $PSScriptRoot '../../out/AsrFailback/AsrFailback.psd1'),

    # Processes started for each figure.
    [ValidateRange(1, 1000)]
    [int] $Runs = 10,

    # Protected items of the vault.
    [ValidateRange(1000, 99999)]
    [int] $Items = 10000,

    # Print one JSON document instead of a table.
    [switch] $Json
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$PSNativeCommandUseErrorActionPreference = $true
$Module = (Resolve-Path $Module).Path
$pwsh = [Environment]::ProcessPath

# In milliseconds; the last one in objects: what waits between the vault and the pipeline (64), and as many again.
$goal = @{ Import = 80; First = 50; All = 1500; Alive = 128 }

function Measure-Process([string] $Command) {
    $watch = [Diagnostics.Stopwatch]::StartNew()
    & $pwsh -NoProfile -Command $Command | Out-Null
    $watch.Elapsed.TotalMilliseconds
}

function Get-Median([double[]] $Values) {
    $sorted = @($Values | Sort-Object)
    $middle = [math]::Floor($sorted.Count / 2)
    $sorted.Count % 2 ? $sorted[$middle] : ($sorted[$middle - 1] + $sorted[$middle]) / 2
}

function Get-Figure([string] $What, [double[]] $Values, [string] $Unit = 'ms', $Goal = $null) {
    $median = Get-Median $Values
    $sorted = @($Values | Sort-Object)
    $spread = $sorted[[math]::Floor($sorted.Count * 3 / 4)] - $sorted[[math]::Floor($sorted.Count / 4)]
    [pscustomobject]@{
        what    = $What
        unit    = $Unit
        median  = [math]::Round($median, 1)
        least   = [math]::Round($sorted[0], 1)
        most    = [math]::Round($sorted[-1], 1)
        goal    = $Goal
        verdict = $null -eq $Goal ? $null : $median -gt $Goal ? 'MISSED' : $spread -gt $Goal ? 'NOISY' : 'met'
    }
}

# In turn, so that a machine whose speed drifts slows both.
function Measure-Import {
    $bare = 'exit'
    $import = "Import-Module '$($Module.Replace("'", "''"))'; exit"
    $null = Measure-Process $bare
    $null = Measure-Process $import
    $pairs = foreach ($run in 1..$Runs) {
        $alone = Measure-Process $bare
        $with = Measure-Process $import
        [pscustomobject]@{ Bare = $alone; Import = $with; More = $with - $alone }
    }

    Get-Figure 'Import-Module, more than bare pwsh' $pairs.More -Goal $goal.Import
    Get-Figure 'pwsh -NoProfile, bare' $pairs.Bare
    Get-Figure 'pwsh -NoProfile, with Import-Module' $pairs.Import
}

# The module protects the first machine, from a disk to a recovery point; the others are copies of its rows.
function Initialize-Vault([string] $Folder) {
    Import-Module $Module -Verbose:$false
    $disk = Join-Path $Folder disk.img
    [IO.File]::WriteAllBytes($disk, [byte[]]::new(1MB))
    $vault = Join-Path $Folder vault
    $null = New-AsrVault $vault
    $null = New-AsrFabric -Name onprem -Type VMware -Path (Join-Path $Folder onprem) -Wait
    $null = New-AsrFabric -Name azure -Type Azure -Path (Join-Path $Folder azure) -Wait
    $null = New-AsrMachine vm-00001 -Fabric onprem -DiskPath $disk -Wait
    $null = Enable-AsrProtection vm-00001 -Wait
    Disconnect-AsrVault
    # What it says is not this script's output, and is needed when it fails.
    dotnet run --project (Join-Path $PSScriptRoot AsrFailback.Bench) -c Release -- items --vault $vault --count $Items |
        ForEach-Object { [Console]::Error.WriteLine($_) }
    $vault
}

function Measure-Listing([string] $Vault) {
    $script = Join-Path $PSScriptRoot Measure-Listing.ps1
    $all = foreach ($run in 1..$Runs) {
        $one = & $pwsh -NoProfile -File $script -Module $Module -Vault $Vault | ConvertFrom-Json
        if ($one.items -ne $Items) {
            throw "$($one.items) of $Items items were listed."
        }

        $one
    }

    $jobs = $all[0].jobs
    Get-Figure "Get-AsrProtectedItem, first of $Items, cold" $all.coldFirst -Goal $goal.First
    Get-Figure "Get-AsrProtectedItem, all $Items, cold" $all.coldAll -Goal $goal.All
    Get-Figure "Get-AsrProtectedItem, alive at the last" $all.alive -Unit objects -Goal $goal.Alive
    Get-Figure 'Get-AsrProtectedItem, first, warm' $all.warmFirst
    Get-Figure 'Get-AsrProtectedItem, all, warm' $all.warmAll
    Get-Figure 'Get-AsrProtectedItem, first row of the table' $all.screenFirst
    Get-Figure 'Get-AsrProtectedItem, last row of the table' $all.screenAll
    Get-Figure 'Get-AsrProtectedItem vm-*7, all' $all.patternAll
    Get-Figure 'Get-AsrProtectedItem vm-00001' $all.nameAll
    Get-Figure "Get-AsrJob, first of $jobs" $all.jobsFirst
    Get-Figure "Get-AsrJob, all $jobs" $all.jobsAll
    Get-Figure 'Connect-AsrVault' $all.connect
}

$folder = (New-Item -Type Directory (Join-Path ([IO.Path]::GetTempPath()) "asr-bench-$([guid]::NewGuid())")).FullName
try {
    $figures = @(
        Measure-Import
        Measure-Listing (Initialize-Vault $folder)
    )
}
finally {
    Remove-Item $folder -Recurse -Force
}

$met = $figures.verdict -notcontains 'MISSED' -and $figures.verdict -notcontains 'NOISY'
$report = [ordered]@{
    version    = (Import-PowerShellDataFile $Module).ModuleVersion
    powershell = $PSVersionTable.PSVersion.ToString()
    system     = $PSVersionTable.OS
    processors = [Environment]::ProcessorCount
    runs       = $Runs
    items      = $Items
    met        = $met
    figures    = $figures
}
if ($Json) {
    $report | ConvertTo-Json
}
else {
    "AsrFailback $($report.version), PowerShell $($report.powershell), $($report.system), $($report.processors) processors, $Runs runs"
    $right = { param($Name) @{ Name = $Name; Expression = { $_.$Name.ToString('n1') }.GetNewClosure(); Align = 'Right' } }
    $columns = 'what', (& $right median), (& $right least), (& $right most), 'unit', 'goal', 'verdict'
    ($figures | Format-Table $columns -AutoSize | Out-String -Width 160).Trim()
}

exit ($met ? 0 : 1)
