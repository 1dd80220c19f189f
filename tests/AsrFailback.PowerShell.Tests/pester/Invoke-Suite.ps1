# Runs every test file beside this one against a staged module; exit code 0 when all passed.
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $Module
)


Import-Module Pester -MinimumVersion 5.0 -ErrorAction Stop
$configuration = New-PesterConfiguration
$configuration.Run.Container = Get-ChildItem -Path $PSScriptRoot -Filter *.Tests.ps1 |
    ForEach-Object { New-PesterContainer -Path $_.FullName -Data @{ Module = (Resolve-Path $Module).Path } }
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$result = Invoke-Pester -Configuration $configuration
"$($result.PassedCount) passed, $($result.FailedCount) failed, $($result.SkippedCount) skipped"
exit ($result.Result -eq 'Passed' ? 0 : 1)
