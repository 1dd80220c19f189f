param([Parameter(Mandatory)] [string] $Module)

# A machine with several network interfaces, from protection to protected again.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Initialize-Vault
    Write-Image disk.img 1
    $null = New-AsrMachine web01 -Fabric onprem -DiskPath ./disk.img -Wait
    Edit-Json ./vault-onprem/site.json { $_.networks = @('VM Network', 'dmz', 'backup') }
    Edit-Json ./vault-azure/site.json { $_.networks = @('vnet-recovery', 'vnet-dmz'); $_.subnets = @(@{ networkName = 'vnet-dmz'; prefix = '10.2.0.0/24' }) }
    Edit-Json ./vault-onprem/machines/web01.json {
        $_.nics[0].address = '10.0.0.4'
        $_.nics += @{ name = 'nic1'; network = 'dmz'; primary = $false; address = '10.9.0.4' }, @{ name = 'nic2'; network = 'backup'; primary = $false }
    }
    $null = New-AsrNetworkMapping onprem dmz azure vnet-dmz -Wait

    function Get-Attached([string] $Fabric) { (Get-AsrMachine web01 -Fabric $Fabric).Nics | ForEach-Object { "$($_.Name) $($_.Network) $($_.Address)".TrimEnd() } }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'Network interfaces of a machine' {
    It 'are refused by name: <Why>' -Tag 'FO-12' -ForEach @(
        @{ Why = 'NicUnknown'; Nic = @{ Name = 'nic7'; Address = '10.2.0.5' } }
        @{ Why = 'PrimaryNicLeftOut'; Nic = @{ Name = 'nic0'; DoNotCreate = $true } }
        @{ Why = 'AddressOutsideSubnet'; Nic = @{ Name = 'nic1'; Address = '10.3.0.5' } }
        @{ Why = 'NicAddressInvalid'; Nic = @{ Name = 'nic2'; Address = 'ten' } }
        @{ Why = 'ArgumentInvalid'; Nic = @{ Name = 'nic1'; Adress = '10.2.0.5' } }
        @{ Why = 'ArgumentInvalid'; Nic = @{ Address = '10.2.0.5' } }
        @{ Why = 'ArgumentInvalid'; Nic = @{ Name = 'nic1'; DoNotCreate = 'perhaps' } }
    ) {
        $null = Enable-AsrProtection web01 -Nic $Nic -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed.Count | Should -Be 1
        $failed[0].Exception.Error.Id, $failed[0].Exception.Error.Reasons.Id | Should -Contain $Why
        Get-AsrProtectedItem | Should -BeNullOrEmpty
    }

    It 'are chosen with the protection and shown with the item' -Tag 'FO-12' {
        (Enable-AsrProtection web01 -Nic @{ Name = 'nic1'; Address = '10.2.0.5' }, ([pscustomobject]@{ Name = 'NIC2'; DoNotCreate = 'true' }) -Wait).State | Should -Be 'Succeeded'
        $nics = (Get-AsrProtectedItem web01).Nics
        $nics.Name | Should -Be 'nic0', 'nic1', 'nic2'
        $nics.IsPrimary | Should -Be $true, $false, $false
        $nics.IsCreated | Should -Be $true, $true, $false
        $nics[1].RecoveryNetwork, $nics[1].RecoveryAddress | Should -Be 'vnet-dmz', '10.2.0.5'
    }

    It 'are changed one by one' -Tag 'FO-12' {
        (Set-AsrProtection web01 -Nic @{ nic0 = @{ Address = '10.1.0.4' } } -Wait).State | Should -Be 'Succeeded'
        (Get-AsrProtectedItem web01).Nics.RecoveryAddress | Should -Be '10.1.0.4', '10.2.0.5', $null
        $null = Set-AsrProtection web01 -Nic @{ Name = 'nic7' } -ErrorVariable failed -ErrorAction SilentlyContinue
        $failed[0].Exception.Error.Reasons.Id | Should -Be 'NicUnknown'
    }

    It 'are told by -WhatIf and by Test-AsrReadiness' -Tag 'FO-12' {
        (Invoke-There 'Start-AsrFailover web01 -WhatIf').Out | Should -Match 'attached by nic0 to vnet-recovery \(10\.1\.0\.4\), nic1 to vnet-dmz \(10\.2\.0\.5\)'
        $kept = (Test-AsrReadiness web01 UnplannedFailover).Checks | Where-Object Id -EQ AddressKept
        $kept.Finding.Message | Should -Be 'web01 has the address 10.0.0.4 (nic0), 10.9.0.4 (nic1) and will have 10.1.0.4 (nic0), 10.2.0.5 (nic1).'
    }

    It 'are those of a test machine, all on one network' -Tag 'FO-12', 'FO-01' {
        $null = Start-AsrTestFailover web01 -Network vnet-dmz -Wait
        (Get-AsrMachine web01-test -Fabric azure).Nics | ForEach-Object { "$($_.Name) $($_.Network)" } | Should -Be 'nic0 vnet-dmz', 'nic1 vnet-dmz'
        $null = Clear-AsrTestFailover web01 -Wait
    }

    It 'fail over, come home as they were, and are protected again' -Tag 'FO-12', 'FB-04' {
        $null = Start-AsrFailover web01 -Force -Wait -WarningAction SilentlyContinue
        Get-Attached azure | Should -Be 'nic0 vnet-recovery 10.1.0.4', 'nic1 vnet-dmz 10.2.0.5'
        $null = Confirm-AsrCommit web01 -Force -Wait
        $null = Start-AsrReprotect web01 -Wait -WarningAction SilentlyContinue
        $null = Start-AsrFailover web01 -Force -Wait -WarningAction SilentlyContinue
        Get-Attached onprem | Should -Be 'nic0 VM Network 10.0.0.4', 'nic1 dmz 10.9.0.4', 'nic2 backup'
        $null = Confirm-AsrCommit web01 -Force -Wait
        $null = Start-AsrReprotect web01 -Wait -WarningAction SilentlyContinue
        (Get-AsrProtectedItem web01).ProtectionState | Should -Be 'Protected'
        (Get-AsrProtectedItem web01).Nics.IsCreated | Should -Be $true, $true, $false
    }
}
