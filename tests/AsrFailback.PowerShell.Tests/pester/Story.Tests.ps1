param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    Import-Module $Module -Force
    # Not TestDrive: Pester empties that between blocks, and the story goes through several.
    $folder = New-Item -Type Directory (Join-Path ([IO.Path]::GetTempPath()) "asr-story-$([guid]::NewGuid())")
    Set-Location $folder
    $bytes = [byte[]]::new(3MB)
    [Random]::new(7).NextBytes($bytes)
    [IO.File]::WriteAllBytes((Join-Path $PWD 'disk.img'), $bytes)
    New-AsrVault ./vault
    $null = New-AsrFabric onprem VMware ./onprem -Wait
    $null = New-AsrFabric azure Azure ./azure -Wait

    function Get-HomeHash { (Get-FileHash ./onprem/datastores/datastore1/web01/disk0-flat.vmdk).Hash }
    function Get-State { (Get-AsrProtectedItem web01).ProtectionState.Value }
}

AfterAll {
    Disconnect-AsrVault
    Set-Location $PSScriptRoot
    Remove-Item $folder -Recurse
}

Describe 'A machine fails over to Azure and comes home' {
    It 'is made from an image, with its bytes' {
        (New-AsrMachine web01 -Fabric onprem -DiskPath ./disk.img -Wait).State | Should -Be 'Succeeded'
        Get-HomeHash | Should -Be (Get-FileHash ./disk.img).Hash
    }

    It 'completes names of what the sites have' {
        (TabExpansion2 'Get-AsrMachine w' 16).CompletionMatches.CompletionText | Should -Be 'web01'
        (TabExpansion2 'Get-AsrHost esxi' 16).CompletionMatches.CompletionText | Should -Be 'esxi01', 'esxi02'
        (TabExpansion2 'Get-AsrNetwork vn' 17).CompletionMatches.CompletionText | Should -Be 'vnet-recovery'
    }

    It 'prints a state as its word' {
        ((Get-AsrJob)[0].State | Out-String).Trim() | Should -Be 'Succeeded'
    }

    It 'shows what protecting would do and changes nothing' {
        Get-AsrMachine web01 | Enable-AsrProtection -WhatIf
        Get-AsrProtectedItem | Should -BeNullOrEmpty
    }

    It 'is protected, with a recovery point' {
        (Get-AsrMachine web01 | Enable-AsrProtection -Wait).State | Should -Be 'Succeeded'
        Get-State | Should -Be 'Protected'
        (Get-AsrRecoveryPoint web01).Label | Should -Contain 'Initial replication'
        (Measure-AsrReplication web01).Mode | Should -Be 'InOrder'
    }

    It 'says what may be done and why not the rest' {
        $operations = (Get-AsrProtectedItem web01).Operations
        ($operations | Where-Object Allowed).Operation | Should -Contain 'Failover'
        ($operations | Where-Object Operation -eq 'Commit').Reasons.Id | Should -Be 'WrongPhase'
    }

    It 'is tested from a point that comes down the pipeline' -Tag 'FO-01' {
        $null = New-AsrRecoveryPoint web01 -Label chosen -Wait
        $job = Get-AsrRecoveryPoint web01 -Label chosen | Start-AsrTestFailover -Wait
        $job.State | Should -Be 'Succeeded'
        (Get-AsrMachine web01-test -Fabric azure).Network | Should -BeNullOrEmpty
        (Clear-AsrTestFailover web01 -Wait).State | Should -Be 'Succeeded'
    }

    It 'is not failed over to whichever of several points comes first' -Tag 'FO-10' {
        $jobs = @(Get-AsrJob).Count
        @(Get-AsrRecoveryPoint web01).Count | Should -BeGreaterThan 1
        $null = Get-AsrRecoveryPoint web01 | Start-AsrFailover -Force -Wait -ErrorVariable refused -ErrorAction SilentlyContinue
        $refused.FullyQualifiedErrorId | Should -Be 'SeveralPoints,AsrFailback.Commands.StartAsrFailoverCommand'
        @(Get-AsrJob).Count | Should -Be $jobs
    }

    It 'shows direction and point of a failover before it begins' -Tag 'FO-05' {
        $point = Get-AsrRecoveryPoint web01 -Label chosen
        $null = Start-Transcript ./whatif.txt
        Start-AsrFailover web01 $point.Id -WhatIf
        $null = Stop-Transcript
        (Get-Content ./whatif.txt -Raw) -replace '\r?\n', '' | Should -Match 'from onprem to azure, to the point of .*Z chosen'
    }

    It 'fails over to Azure and is committed, all in one pipeline' -Tag 'FO-08' {
        (Start-AsrFailover web01 -Force | Wait-AsrJob | Confirm-AsrCommit -Wait -Force).State | Should -Be 'Succeeded'
        (Get-AsrProtectedItem web01).ActiveFabric | Should -Be 'azure'
        Get-State | Should -Be 'UnplannedFailoverCommitted'
    }

    It 'is reprotected after its master target was tested' {
        Test-AsrMasterTarget mt01 -Item web01 -Quiet | Should -BeTrue
        Test-AsrReadiness web01 Reprotect -Quiet | Should -BeTrue
        (Start-AsrReprotect web01 -MasterTarget mt01 -Wait).State | Should -Be 'Succeeded'
    }

    It 'comes home with every byte and is protected again' -Tag 'RP-14', 'FB-02' {
        (Start-AsrFailover web01 -Wait -Force).State | Should -Be 'Succeeded'
        (Confirm-AsrCommit web01 -Wait -Force).State | Should -Be 'Succeeded'
        (Get-AsrProtectedItem web01).ActiveFabric | Should -Be 'onprem'
        (Start-AsrReprotect web01 -Wait).State | Should -Be 'Succeeded'
        Get-State | Should -Be 'Protected'
        Get-HomeHash | Should -Be (Get-FileHash ./disk.img).Hash
    }

    It 'leaves a vault with nothing wrong' {
        Get-AsrVault vault | Disconnect-AsrVault
        (Test-AsrVault ./vault).Findings | Should -BeNullOrEmpty
        Connect-AsrVault ./vault | Should -Not -BeNullOrEmpty
    }
}

Describe 'A refusal' {
    It 'is an error of the catalogue with id, category, target and remedy' {
        Confirm-AsrCommit web01 -Force -ErrorVariable refusal -ErrorAction SilentlyContinue
        $refusal[0].FullyQualifiedErrorId | Should -Be 'WrongPhase,AsrFailback.Commands.ConfirmAsrCommitCommand'
        $refusal[0].CategoryInfo.Category | Should -Be 'InvalidOperation'
        $refusal[0].TargetObject | Should -Be 'web01'
        $refusal[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'names an item that is not there, and only a plain name' {
        Get-AsrProtectedItem nobody -ErrorVariable missing -ErrorAction SilentlyContinue
        $missing[0].FullyQualifiedErrorId | Should -Match '^ItemNotFound,'
        Get-AsrProtectedItem no* -ErrorAction Stop | Should -BeNullOrEmpty
    }
}
