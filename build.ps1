<#
.SYNOPSIS
    Builds, tests, analyzes and packages AsrFailback.
.DESCRIPTION
    Build stages the module in out/AsrFailback. Test runs every suite; the module's own needs PowerShell 7.4 and Pester 5.
    Analyze runs PSScriptAnalyzer over all scripts. Package writes the staged module and its SHA-256 as files for a release.
.EXAMPLE
    ./build.ps1
    Builds and stages the module.
.EXAMPLE
    ./build.ps1 Analyze, Test, Package
    Does what a release needs, and stops at the first failure.
#>
[CmdletBinding()]
param(
    # What to do, in this order.
    [ValidateSet('Build', 'Test', 'Analyze', 'Package')]
    [string[]] $Task = 'Build',

    [ValidateSet('Release', 'Debug')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$solution = Join-Path $PSScriptRoot 'AsrFailback.sln'
$out = Join-Path $PSScriptRoot 'out'

function Invoke-Build {
    dotnet build $solution -c $Configuration
}

function Invoke-Test {
    dotnet test $solution -c $Configuration
}

function Invoke-Analyze {
    if (-not (Get-Module -ListAvailable PSScriptAnalyzer)) {
        throw 'PSScriptAnalyzer is not installed. Install it with: Install-PSResource PSScriptAnalyzer'
    }

    $settings = Join-Path $PSScriptRoot 'PSScriptAnalyzerSettings.psd1'
    $scripts = git -C $PSScriptRoot ls-files --cached --others --exclude-standard '*.ps1' '*.psd1' '*.psm1' |
        ForEach-Object { Join-Path $PSScriptRoot $_ }
    $findings = $scripts | ForEach-Object { Invoke-ScriptAnalyzer -Path $_ -Settings $settings }
    if ($findings) {
        $findings | Format-Table ScriptName, Line, RuleName, Message -Wrap | Out-String | Write-Warning
        throw "PSScriptAnalyzer found $(@($findings).Count) things to mend."
    }

    "PSScriptAnalyzer has nothing to say about $(@($scripts).Count) scripts."
}

function Invoke-Package {
    Invoke-Build
    $staged = Join-Path $out 'AsrFailback'
    $version = (Import-PowerShellDataFile (Join-Path $staged 'AsrFailback.psd1')).ModuleVersion
    $archive = Join-Path $out "AsrFailback.$version.zip"
    Compress-Archive -Path $staged -DestinationPath $archive -Force
    "$((Get-FileHash $archive).Hash.ToLowerInvariant())  $(Split-Path $archive -Leaf)" | Set-Content "$archive.sha256"
    Get-Item $archive, "$archive.sha256"
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
