param([Parameter(Mandatory)] [string] $Module)

# Between a failover and its commit: to another point and back, with bytes, or back to where the machine ran.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    . $PSScriptRoot/Machine.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Initialize-Vault
    $content = Initialize-Content -DiskBytes 2MB, 1MB -Seed 5
    0..1 | ForEach-Object { [IO.File]::WriteAllBytes("$PWD/disk$_.img", $content.Disks[$_]) }
    $null = New-AsrMachine web01 -Fabric onprem -DiskPath ./disk0.img, ./disk1.img -Wait
    $null = Enable-AsrProtection web01 -Wait
    Write-Content $content
    $null = New-AsrRecoveryPoint web01 older -Wait
    $older = Get-Digest (Copy-Disk $content)
    Write-Content $content
    $null = New-AsrRecoveryPoint web01 newer -Wait
    $newer = Get-Digest (Copy-Disk $content)

    function Get-Refusal($Failed) { @($Failed)[0].FullyQualifiedErrorId -replace ',.*' }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'A failover that is not committed' {
    BeforeAll {
        $null = Start-AsrFailover web01 newer -Force -Wait
    }

    It 'allows to change the point, to commit, and to take it back' -Tag 'FO-07' {
        (Get-AsrProtectedItem web01).AllowedOperations.Value | Sort-Object | Should -Be 'CancelFailover', 'ChangePit', 'Commit'
        (Test-AsrReadiness web01 SwitchRecoveryPoint -RecoveryPoint older).Ready | Should -BeTrue
        (Test-AsrReadiness web01 CancelFailover).Ready | Should -BeTrue
    }

    It 'goes to an older point, to a newer one and back, whatever the machine wrote meanwhile' -Tag 'FO-07' {
        foreach ($turn in 1..2) {
            Write-Content $content
            (Switch-AsrRecoveryPoint web01 older -Force -Wait).State | Should -Be 'Succeeded'
            Get-Difference $older (Get-ImageDigest vault-azure) | Should -BeNullOrEmpty
            Write-Content $content
            (Switch-AsrRecoveryPoint web01 newer -Force -Wait).State | Should -Be 'Succeeded'
            Get-Difference $newer (Get-ImageDigest vault-azure) | Should -BeNullOrEmpty
        }
    }

    It 'changes nothing in -WhatIf' {
        $before = (Get-AsrProtectedItem web01 | Select-Object ProtectionState, ActiveFabric | Out-String) + (Get-ImageDigest vault-azure)
        $null = Switch-AsrRecoveryPoint web01 older -WhatIf
        $null = Stop-AsrFailover web01 -WhatIf
        (Get-AsrProtectedItem web01 | Select-Object ProtectionState, ActiveFabric | Out-String) + (Get-ImageDigest vault-azure) | Should -Be $before
    }

    It 'is taken back: the machine runs at home with its own bytes, and is protected' -Tag 'FO-07' {
        Write-Content $content
        (Stop-AsrFailover web01 -Force -Wait).State | Should -Be 'Succeeded'
        $item = Get-AsrProtectedItem web01
        $item.ActiveFabric | Should -Be 'onprem'
        $item.ProtectionState.Value | Should -Be 'Protected'
        Get-Difference $newer (Get-ImageDigest vault-onprem) | Should -BeNullOrEmpty
        (New-AsrRecoveryPoint web01 again -Wait).State | Should -Be 'Succeeded'
        Get-Difference $newer (Get-ImageDigest vault-azure) | Should -BeNullOrEmpty
    }
}

Describe 'A failover that is committed' {
    It 'stays where it is' -Tag 'FO-07' {
        $null = Start-AsrFailover web01 -Force -Wait | Confirm-AsrCommit -Force -Wait
        $null = Switch-AsrRecoveryPoint web01 -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'WrongPhase'
        $null = Stop-AsrFailover web01 -Force -ErrorVariable failed -ErrorAction SilentlyContinue
        Get-Refusal $failed | Should -Be 'WrongPhase'
    }
}
