param([Parameter(Mandatory)] [string] $Module)

BeforeDiscovery {
    $hasAnalyzer = [bool](Get-Module -ListAvailable PSScriptAnalyzer)
}

Describe 'The scripts of the repository' {
    It 'satisfy PSScriptAnalyzer' -Skip:(-not $hasAnalyzer) {
        $root = Split-Path (Split-Path (Split-Path $Module))
        { & "$root/build.ps1" Analyze -WarningVariable script:findings 3> $null } | Should -Not -Throw -Because ($findings | Out-String)
    }
}
