param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 3
    Initialize-Vault
    $null = New-AsrMachine web01 onprem ./disk.img -Wait
    $null = New-AsrMachine web02 onprem ./disk.img -Wait
    $null = Enable-AsrProtection web01 -Wait
    $null = New-AsrRecoveryPoint web01 chosen -Wait

    # Every file with its bytes, but for those by which an open vault is known.
    function Get-Picture {
        Get-ChildItem $folder -Recurse -File -Force | Where-Object Name -NotMatch '^(owner\.|child-)' | Sort-Object FullName | ForEach-Object {
            $file = [IO.File]::Open($_.FullName, 'Open', 'Read', 'ReadWrite, Delete')
            "$($_.FullName) $([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($file)))"
            $file.Dispose()
        }
    }
}

AfterAll {
    Exit-TestFolder $folder
}

Describe '-WhatIf' {
    BeforeDiscovery {
        $commands = @(
            'New-AsrVault ./other'
            'Disconnect-AsrVault'
            'New-AsrFabric other VMware ./other'
            'Update-AsrFabric onprem'
            'New-AsrMachine web03 onprem ./disk.img'
            'Register-AsrMasterTarget mt02 onprem -EsxiHost esxi01'
            'Unregister-AsrMasterTarget mt01 onprem -Force'
            'Register-AsrProcessServer ps02 onprem'
            'Unregister-AsrProcessServer ps02 onprem -Force'
            'New-AsrNetworkMapping onprem ''VM Network'' azure vnet-recovery'
            'New-AsrEncryptionCertificate onprem cloud ./cloud.pfx (ConvertTo-SecureString x -AsPlainText -Force)'
            'Register-AsrConfigurationServer cs02 onprem -Address 192.168.10.5'
            'Backup-AsrConfigurationServer onprem'
            'Backup-AsrConfigurationServer onprem ./saved.json'
            'Remove-AsrFabric spare -Force'
            'Enable-AsrProtection web02'
            'Disable-AsrProtection web01 -Force'
            'New-AsrRecoveryPoint web01 other'
            'Start-AsrTestFailover web01'
            'Start-AsrFailover web01 -Force'
            'Start-AsrFailover web01 chosen -Force -AsJob'
            'Get-AsrJob -Item web01 | Stop-AsrJob'
            'Get-AsrJob -Item web01 | Restart-AsrJob'
            'Invoke-AsrDrill ./drill'
        )
    }

    BeforeAll {
        $null = New-AsrFabric spare VMware ./spare -Wait
        $null = Register-AsrProcessServer ps02 onprem -Wait
        $before = Get-Picture
        $jobs = @(Get-AsrJob).Count
    }

    It 'returns nothing and does nothing: <_>' -ForEach $commands {
        & ([scriptblock]::Create("$_ -WhatIf")) | Should -BeNullOrEmpty
        Get-AsrVault -Current | Should -Not -BeNullOrEmpty
        @(Get-AsrJob).Count | Should -Be $jobs
        Get-Job | Where-Object PSJobTypeName -EQ AsrFailback | Should -BeNullOrEmpty
    }

    It 'is taken from $WhatIfPreference, too, and wins over -Force and -Confirm:$false' {
        & { $WhatIfPreference = $true; Start-AsrFailover web01 -Force -Confirm:$false } | Should -BeNullOrEmpty
        & { $WhatIfPreference = $true; Start-AsrFailover web01 -Force } | Should -BeNullOrEmpty
        @(Get-AsrJob).Count | Should -Be $jobs
    }

    It 'left every byte of the folder as it was' {
        Get-Picture | Should -Be $before
    }

    It 'tells tasks, bytes and how long it took the last time' {
        $said = Invoke-There 'Enable-AsrProtection web02 -WhatIf'
        $said.Out | Should -Match 'What if: .*Enable replication \(Prerequisite check \u2192 .*Initial replication\), at most 3\.0 MiB to move, \d+ s the last time.*web02'
        $said.Error | Should -BeNullOrEmpty
        $said.ExitCode | Should -Be 0
    }

    It 'tells the tasks of a failover in spite of -Force, once' {
        $said = Invoke-There 'Start-AsrFailover web01 -Force -WhatIf'
        [regex]::Matches($said.Out, 'What if:').Count | Should -Be 1
        $said.Out | Should -Match 'Failover \(.*Start failover.*\).*web01'
    }

    It 'switched off runs the command' {
        Wait-Until { (Measure-AsrReplication web01).Mode -eq 'InOrder' }
        & { $WhatIfPreference = $true; (New-AsrRecoveryPoint web01 -WhatIf:$false -Wait).State } | Should -Be 'Succeeded'
    }
}

BeforeDiscovery {
    $unanswered = @(
        'Start-AsrFailover web01'
        'Start-AsrFailover web01 -Force -Confirm'
        'Start-AsrFailover web01 -AsJob'
        '''web01'', ''web02'' | Disable-AsrProtection'
        'Remove-AsrFabric spare'
        'Unregister-AsrProcessServer ps02 onprem'
        'New-AsrRecoveryPoint web01 -Confirm'
        'Disconnect-AsrVault -Confirm'
        'New-AsrVault ./other -Confirm'
        'Start-AsrTestFailover web01 -Confirm'
    )
}

Describe 'Without anybody to ask' -ForEach @{ Commands = $unanswered } {
    BeforeAll {
        Disconnect-Here
        Set-Content ./commands.txt $Commands
        $tries = Open-Child @'
            Import-Module $Module
            $null = Connect-AsrVault ./vault
            Get-Content ./commands.txt | ForEach-Object {
                $said = @(try { & ([scriptblock]::Create($_)) 2>&1 } catch { $_ })
                @{ Command = $_; Count = $said.Count; Id = $said[0].FullyQualifiedErrorId; Action = $said[0].ErrorDetails.RecommendedAction; Jobs = @(Get-AsrJob).Count }
            } | ConvertTo-Json | Set-Content ./tries.json
'@
        $null = Wait-Child $tries
        $tries = Get-Content ./tries.json -Raw | ConvertFrom-Json
        $null = Connect-AsrVault ./vault
        $jobs = @(Get-AsrJob).Count
    }

    It 'ends with one clear error and no job: <_>' -ForEach $unanswered {
        $try = $tries | Where-Object Command -EQ $_
        $try.Count | Should -Be 1
        $try.Id | Should -Match '^ConfirmationNeeded,AsrFailback\.Commands\.'
        $try.Action | Should -Match '-Force|-Confirm'
        $try.Jobs | Should -Be $jobs
    }

    It 'leaves the vault connected and everything as it was' {
        $tries.Count | Should -Be $Commands.Count
        (Get-AsrProtectedItem web01).ProtectionState.Value | Should -Be 'Protected'
        Test-Path ./other | Should -BeFalse
        (Get-AsrFabric).Name | Should -Contain 'spare'
    }

    It 'says so on the command line, once' {
        $said = Invoke-There 'Start-AsrFailover web01'
        [regex]::Matches($said.Error + $said.Out, 'ConfirmationNeeded').Count | Should -Be 1
        $said.Error + $said.Out | Should -Not -Match 'PSInvalidOperation|HostException'
        (Get-AsrProtectedItem web01).ActiveFabric | Should -Be 'onprem'
    }

    It 'runs with -Force, with -Confirm:$false, and with $ConfirmPreference' {
        $said = Invoke-There @'
            (Start-AsrFailover web01 -Force -Wait).State.Value
            (Confirm-AsrCommit web01 -Confirm:$false -Wait).State.Value
            $ConfirmPreference = 'None'
            (Start-AsrReprotect web01 -Wait).State.Value
            (Start-AsrFailover web01 -Wait -WarningAction SilentlyContinue).State.Value
'@
        $said.Error | Should -BeNullOrEmpty
        -split $said.Out | Should -Be @('Succeeded', 'Succeeded', 'Succeeded', 'Succeeded')
        (Get-AsrProtectedItem web01).ActiveFabric | Should -Be 'onprem'
    }
}

Describe 'With somebody to ask' {
    It 'asks with the tasks, and does nothing after no' {
        $said = Invoke-There 'Confirm-AsrCommit web01 -Wait' -Switches @() -Answers "N`n"
        $said.Out | Should -Match 'Are you sure[\s\S]*Commit \([\s\S]*\)[\s\S]*web01'
        @(Get-AsrJob)[0].FriendlyName | Should -Be 'Failover'
    }

    It 'runs after yes' {
        $null = Invoke-There 'Confirm-AsrCommit web01 -Wait' -Switches @() -Answers "Y`n"
        $job = @(Get-AsrJob)[0]
        $job.FriendlyName | Should -Be 'Commit'
        $job.State | Should -Be 'Succeeded'
    }
}
