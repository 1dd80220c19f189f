param([Parameter(Mandatory)] [string] $Module)

BeforeDiscovery {
    $root = $PSScriptRoot
    while ($root -and -not (Test-Path (Join-Path $root 'AsrFailback.sln'))) {
        $root = Split-Path $root
    }

    $errorCases = @(
        @{ Id = 'VaultExists'; Class = 'NewAsrVault'; Target = './vault'; Do = { New-AsrVault ./vault } }
        @{ Id = 'VaultMissing'; Class = 'ConnectAsrVault'; Target = './nowhere'; Do = { Connect-AsrVault ./nowhere } }
        @{ Id = 'PathNotFileSystem'; Class = 'ConnectAsrVault'; Target = 'Env:x'; Do = { Connect-AsrVault Env:x } }
        @{ Id = 'VaultOpenHere'; Class = 'TestAsrVault'; Target = './vault'; Do = { Test-AsrVault ./vault } }
        @{ Id = 'VaultNotOpen'; Class = 'GetAsrVault'; Target = 'nobody'; Do = { Get-AsrVault nobody } }
        @{ Id = 'FabricNotFound'; Class = 'GetAsrFabric'; Target = 'nobody'; Do = { Get-AsrFabric nobody } }
        @{ Id = 'FabricNotFound'; Class = 'UpdateAsrFabric'; Target = 'nobody'; Do = { Update-AsrFabric nobody } }
        @{ Id = 'FabricNotFound'; Class = 'GetAsrHost'; Target = 'nobody'; Do = { Get-AsrHost -Fabric nobody } }
        @{ Id = 'FabricInUse'; Class = 'RemoveAsrFabric'; Target = 'onprem'; Do = { Remove-AsrFabric onprem -Force } }
        @{ Id = 'MachineNotFound'; Class = 'GetAsrMachine'; Target = 'nobody'; Do = { Get-AsrMachine nobody } }
        @{ Id = 'InventoryNotFound'; Class = 'GetAsrMasterTarget'; Target = 'nobody'; Do = { Get-AsrMasterTarget nobody } }
        @{ Id = 'FileMissing'; Class = 'NewAsrMachine'; Target = 'web02'; Do = { New-AsrMachine web02 onprem ./missing.img } }
        @{ Id = 'ItemExists'; Class = 'EnableAsrProtection'; Target = 'web01'; Do = { Enable-AsrProtection web01 } }
        @{ Id = 'ItemNotFound'; Class = 'GetAsrProtectedItem'; Target = 'nobody'; Do = { Get-AsrProtectedItem nobody } }
        @{ Id = 'ItemNotFound'; Class = 'MeasureAsrReplication'; Target = 'nobody'; Do = { Measure-AsrReplication nobody } }
        @{ Id = 'ItemNotFound'; Class = 'StartAsrFailover'; Target = 'nobody'; Do = { Start-AsrFailover nobody -Force } }
        @{ Id = 'ItemNotFound'; Class = 'TestAsrReadiness'; Target = 'nobody'; Do = { Test-AsrReadiness nobody Commit } }
        @{ Id = 'PointNotFound'; Class = 'TestAsrReadiness'; Target = 'web01'; Do = { Test-AsrReadiness web01 UnplannedFailover -RecoveryPoint nolabel } }
        @{ Id = 'NoAppConsistentPoint'; Class = 'StartAsrTestFailover'; Target = 'web01'; Do = { Start-AsrTestFailover web01 LatestAppConsistent } }
        @{ Id = 'InventoryNotFound'; Class = 'TestAsrMasterTarget'; Target = 'nobody'; Do = { Test-AsrMasterTarget nobody } }
        @{ Id = 'InventoryNotFound'; Class = 'TestAsrProcessServer'; Target = 'nobody'; Do = { Test-AsrProcessServer nobody } }
        @{ Id = 'InventoryNotFound'; Class = 'TestAsrConfigurationServer'; Target = 'nobody'; Do = { Test-AsrConfigurationServer nobody } }
        @{ Id = 'PassphraseTooShort'; Class = 'RegisterAsrConfigurationServer'; Target = 'cs01'; Do = { Register-AsrConfigurationServer cs01 onprem -Passphrase ([securestring]::new()) } }
        @{ Id = 'BackupMissing'; Class = 'RestoreAsrConfigurationServer'; Target = 'onprem'; Do = { Restore-AsrConfigurationServer onprem -Force } }
        @{ Id = 'PointNotFound'; Class = 'StartAsrFailover'; Target = 'web01'; Do = { Start-AsrFailover web01 nolabel -Force } }
        @{ Id = 'PointNotFound'; Class = 'GetAsrRecoveryPoint'; Target = 'nolabel'; Do = { Get-AsrRecoveryPoint web01 nolabel } }
        @{ Id = 'JobNotFound'; Class = 'GetAsrJob'; Target = 'nobody'; Do = { Get-AsrJob nobody } }
        @{ Id = 'JobNotFound'; Class = 'WaitAsrJob'; Target = 'nobody'; Do = { Wait-AsrJob nobody } }
        @{ Id = 'JobNotFound'; Class = 'StopAsrJob'; Target = 'nobody'; Do = { Stop-AsrJob nobody } }
        @{ Id = 'ReplicaWhole'; Class = 'StartAsrReprotect'; Target = 'web01'; Do = { Start-AsrReprotect web01 } }
    )

    $badArguments = @(
        'Connect-AsrVault nodrive:/vault'
        'New-AsrVault nodrive:/vault'
        'Connect-AsrVault noprovider::/vault'
        'New-AsrFabric other VMware nodrive:/site'
        'New-AsrMachine web02 onprem nodrive:/disk.img'
        "Get-AsrVault '['"
        "Get-AsrFabric '['"
        "Get-AsrProtectedItem 'web['"
        'Get-AsrVault $null'
        'Get-AsrProtectedItem $null'
        'Get-AsrMachine -Fabric $null'
        'Get-AsrJob -Item $null'
        "Test-AsrMasterTarget '['"
        'Test-AsrReadiness $null Commit'
        'Test-AsrReadiness web01 Nonsense'
        'Backup-AsrConfigurationServer onprem nodrive:/saved.json'
        'Restore-AsrConfigurationServer onprem nodrive:/saved.json -Force'
    )

    $mixtures = @(
        @{ Command = 'Get-AsrFabric onprem, nobody, azure'; Good = 2 }
        @{ Command = "'onprem', 'nobody', 'azure' | Update-AsrFabric"; Good = 2 }
        @{ Command = 'Get-AsrMachine nobody, web01 onprem'; Good = 1 }
        @{ Command = 'Get-AsrMasterTarget -Fabric nobody, onprem'; Good = 1 }
        @{ Command = 'Test-AsrMasterTarget nobody, mt01'; Good = 1 }
        @{ Command = 'Test-AsrProcessServer -Fabric azure, nobody'; Good = 1 }
        @{ Command = "'nobody', 'web01' | Test-AsrReadiness -Operation Commit"; Good = 1 }
        @{ Command = "'nobody', 'web01' | Get-AsrProtectedItem"; Good = 1 }
        @{ Command = "Get-AsrRecoveryPoint nobody, web01 -Label 'Initial replication'"; Good = 1 }
        @{ Command = "'nobody', 'web01' | Measure-AsrReplication"; Good = 1 }
        @{ Command = "'nobody', (Get-AsrJob -Item web01)[0] | Wait-AsrJob"; Good = 1 }
        @{ Command = "'nobody', 'web01' | New-AsrRecoveryPoint -Wait"; Good = 1 }
        @{ Command = "'./nowhere', './vault' | Connect-AsrVault"; Good = 1 }
        @{ Command = "'nodrive:/vault', './vault' | Connect-AsrVault"; Good = 1 }
    )
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 2
    Write-Image big.img 768
    Initialize-Vault
    $null = New-AsrMachine web01 onprem ./disk.img -Wait
    $protecting = Enable-AsrProtection web01 -Wait -Verbose *>&1
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'Streams' {
    It 'has the job, and nothing else, on the output' {
        $objects = $protecting | Where-Object { $_ -isnot [System.Management.Automation.InformationalRecord] }
        @($objects).Count | Should -Be 1
        $objects | Should -BeOfType AsrFailback.Job
    }

    It 'tells in the verbose stream what is done to what, task by task' {
        $verbose = ($protecting | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message
        $verbose | Should -Match 'Enable replication.*Initial replication.*web01'
    }

    It 'tells it for what is forced, too' {
        $forced = New-AsrRecoveryPoint web01 -Wait -Force -Verbose 4>&1
        ($forced | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }).Message | Should -Match 'Create recovery point.*web01'
    }

    It 'is silent beside the object without -Verbose' {
        $streams = New-AsrRecoveryPoint web01 -Wait *>&1
        @($streams).Count | Should -Be 1
        $streams | Should -BeOfType AsrFailback.Job
    }

    It 'warns of a refusal that -WhatIf foresees, with its remedy, and returns nothing' {
        $output = Confirm-AsrCommit web01 -WhatIf -WarningVariable warnings -WarningAction SilentlyContinue
        $output | Should -BeNullOrEmpty
        @($warnings).Count | Should -Be 1
        $warnings[0].Message | Should -Match 'not possible in phase Protected.*Bring the machine'
    }

    It 'leaks nothing to the host' {
        $said = Invoke-Child @'
            Import-Module $Module
            $null = New-AsrVault ./quiet
            $null = New-AsrFabric onprem VMware ./quiet-onprem -Wait
            $null = New-AsrFabric azure Azure ./quiet-azure -Wait
            $null = New-AsrMachine web01 onprem ./disk.img -Wait
            $null = Enable-AsrProtection web01 -Wait
            $null = Start-AsrFailover web01 -Force -Wait
            Get-AsrProtectedItem nobody -ErrorAction SilentlyContinue
            Disconnect-AsrVault
            'done'
'@
        $said.Result | Should -Be 'done'
        $said.Out | Should -BeNullOrEmpty
        $said.Error | Should -BeNullOrEmpty
    }
}

Describe 'Progress of -Wait' {
    BeforeAll {
        $null = New-AsrMachine big onprem ./big.img -Wait
        $shell = Open-Shell
        $output = $shell.AddScript('Enable-AsrProtection big -Wait').Invoke()
        $progress = @($shell.Streams.Progress)
        $counting = @($progress | Where-Object { $_.RecordType -eq 'Processing' -and $_.PercentComplete -ge 0 })
    }

    AfterAll {
        Close-Shell $shell
    }

    It 'counts bytes, never backwards' -Tag 'FO-11' {
        $counting.Count | Should -BeGreaterThan 2
        $counting.StatusDescription | Should -Match ': \d+(\.\d [KM]i| )B of 768\.0 MiB, '
        $counting.PercentComplete | Should -Be ($counting.PercentComplete | Sort-Object)
        $counting.PercentComplete | Where-Object { $_ -gt 0 -and $_ -lt 100 } | Should -Not -BeNullOrEmpty
    }

    It 'tells the rate and when it may be done' {
        $counting[-1].StatusDescription | Should -Match ', [1-9]\d*\.\d [KMG]iB/s$'
        $counting[-1].SecondsRemaining | Should -BeGreaterOrEqual 0
    }

    It 'names the job and the task at work' {
        $counting.Activity | Select-Object -Unique | Should -Be "Enable replication: $($output[0].TargetObjectName)"
        $counting[-1].StatusDescription | Should -Match '^Initial replication'
    }

    It 'is one activity, completed at the end' {
        @($progress.ActivityId | Select-Object -Unique).Count | Should -Be 1
        $progress[-1].RecordType | Should -Be 'Completed'
    }

    It 'leaves the other streams alone' {
        $output.Count | Should -Be 1
        $output[0].State | Should -Be 'Succeeded'
        $shell.HadErrors | Should -BeFalse
        $shell.Streams.Warning.Count + $shell.Streams.Information.Count + $shell.Streams.Verbose.Count | Should -Be 0
    }
}

Describe 'An error' {
    BeforeAll {
        function Get-Said([scriptblock] $Command) {
            $output = & { & $Command; 'went on' } 2>&1
            $output | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }
            $output | Where-Object { $_ -is [string] }
        }
    }

    It 'comes alone, does not terminate, and has id, category and remedy: <Id> of <Class>' -ForEach $errorCases {
        $said = Get-Said $Do
        $said.Count | Should -Be 2
        $said[1] | Should -Be 'went on'
        $said[0].FullyQualifiedErrorId | Should -Be "$Id,AsrFailback.Commands.${Class}Command"
        $said[0].Exception.GetType().FullName | Should -Be 'AsrFailback.AsrException'
        $said[0].CategoryInfo.Category | Should -Not -Be 'NotSpecified'
        $said[0].ErrorDetails.Message | Should -Match ([regex]::Escape($said[0].Exception.Message))
        $said[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'has the target that was asked for: <Id> of <Class>' -ForEach $errorCases {
        $expected = $Target.StartsWith('./') ? (Join-Path $PWD $Target.Substring(2)) : $Target
        (Get-Said $Do)[0].TargetObject | Should -Be $expected
    }

    It 'is never a bare exception: <_>' -ForEach $badArguments {
        try {
            $said = & ([scriptblock]::Create($_)) 2>&1
        }
        catch {
            $said = $_
        }

        foreach ($record in $said | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) {
            $record.FullyQualifiedErrorId | Should -Not -Match '^Unexpected,'
            $record.Exception -is [AsrFailback.AsrException] -or $record.Exception -is [System.Management.Automation.ParameterBindingException] |
                Should -BeTrue -Because "$($record.Exception.GetType()) is not of the catalogue: $record"
        }
    }

    It 'of one name leaves the good ones: <Command>' -ForEach $mixtures {
        $said = & ([scriptblock]::Create($Command)) 2>&1
        $bad = @($said | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        $bad.Count | Should -Be 1
        @($said).Count - $bad.Count | Should -Be $Good
    }

    It 'of one disk leaves no machine without it' {
        { New-AsrMachine several onprem ./disk.img, ./missing.img -Wait -ErrorAction Stop } | Should -Throw -ErrorId 'FileMissing,*'
        Get-AsrMachine several* | Should -BeNullOrEmpty
    }
}

Describe 'Error preferences' {
    It 'terminates with -ErrorAction Stop, at the first error' {
        $found = [Collections.Generic.List[object]]::new()
        { 'web01', 'nobody', 'web01' | Get-AsrProtectedItem -ErrorAction Stop | ForEach-Object { $found.Add($_) } } |
            Should -Throw -ErrorId 'ItemNotFound,AsrFailback.Commands.GetAsrProtectedItemCommand'
        $found.Count | Should -Be 1
    }

    It 'collects every error in -ErrorVariable' {
        'nobody', 'nothing' | Get-AsrProtectedItem -ErrorVariable collected -ErrorAction SilentlyContinue
        @($collected).Count | Should -Be 2
        $collected[1].Exception.Message | Should -Match 'nothing'
    }

    It 'leaves $Error alone with -ErrorAction Ignore' {
        $before = $global:Error.Count
        Get-AsrProtectedItem nobody -ErrorAction Ignore
        $global:Error.Count | Should -Be $before
    }

    It 'returns a job that failed, and its error' -Tag 'FO-11' {
        $job = New-AsrFabric broken VMware ./disk.img/site -Wait -ErrorVariable failure -ErrorAction SilentlyContinue
        $job.State | Should -Be 'Failed'
        @($failure).Count | Should -Be 1
        $failure[0].FullyQualifiedErrorId | Should -Be "$($job.Error.Id),AsrFailback.Commands.NewAsrFabricCommand"
        $failure[0].TargetObject | Should -Be $job.Name
        $failure[0].ErrorDetails.RecommendedAction | Should -Be $job.Error.RecommendedAction
    }

    It 'keeps the job of the vault when its error terminates the pipeline' {
        { New-AsrFabric broken2 VMware ./disk.img/site -Wait -ErrorAction Stop } | Should -Throw -ErrorId 'FileError,*'
        @(Get-AsrJob -Item broken2)[0].State | Should -Be 'Failed'
    }

    It 'shows every reason of a refusal with its remedy' -Tag 'ER-Own' {
        Unregister-AsrProcessServer nobody onprem -Force -ErrorVariable refusal -ErrorAction SilentlyContinue
        $refusal[0].FullyQualifiedErrorId | Should -Match '^Refused,'
        $reasons = $refusal[0].Exception.Error.Reasons
        $reasons.Count | Should -BeGreaterThan 1
        foreach ($reason in $reasons) {
            $refusal[0].ErrorDetails.Message | Should -Match ([regex]::Escape("$($reason.Message) ($($reason.Code)) $($reason.RecommendedAction)"))
        }
    }

    It 'terminates without a vault, as nothing can be done for any object' {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        $caught = $shell.AddScript("Import-Module '$Module'; try { 'a', 'b' | Get-AsrHost } catch { `$_ }").Invoke()
        $caught.FullyQualifiedErrorId | Should -Be 'NotConnected,AsrFailback.Commands.GetAsrHostCommand'
        Close-Shell $shell
    }
}

Describe 'The error catalogue' -Skip:(-not $root) {
    BeforeAll {
        $root = $PSScriptRoot
        while (-not (Test-Path (Join-Path $root 'AsrFailback.sln'))) {
            $root = Split-Path $root
        }

        $entries = Get-Content (Join-Path $root 'src/AsrFailback.Core/Errors/errors.json') -Raw | ConvertFrom-Json
        $korean = Get-Content (Join-Path $root 'src/AsrFailback.Core/Errors/errors.ko.json') -Raw | ConvertFrom-Json
        $source = Get-ChildItem (Join-Path $root 'src') -Recurse -File -Filter *.cs | Where-Object FullName -NotMatch '[\\/](obj|bin)[\\/]' |
            Get-Content -Raw | Join-String -Separator "`n"
    }

    It 'has every id once, in both languages' {
        $entries.id | Group-Object -CaseSensitive | Where-Object Count -ne 1 | Should -BeNullOrEmpty
        $entries.id | Group-Object | Where-Object Count -ne 1 | Should -BeNullOrEmpty -Because 'ids that differ in case alone are one to a reader'
        $korean.id | Sort-Object -CaseSensitive | Should -BeExactly ($entries.id | Sort-Object -CaseSensitive)
    }

    It 'has every id that the code emits' {
        $makers = 'ErrorCatalogue\.(?:Error|Exception|Caused)\((?:\w+, )?"(\w+)"', 'new NameChoice\(\w+, "(\w+)"', 'NotFoundId => "(\w+)"'
        $ids = $makers | ForEach-Object { [regex]::Matches($source, $_) } | ForEach-Object { $_.Groups[1].Value } | Sort-Object -Unique
        $ids.Count | Should -BeGreaterThan 40
        $ids | Where-Object { $entries.id -cnotcontains $_ } | Should -BeNullOrEmpty
    }

    It 'has no id that nothing emits' {
        $entries.id | Where-Object { -not $source.Contains("`"$_`"") } | Should -BeNullOrEmpty
    }

    It 'has a category of PowerShell, a cause and a remedy for each' {
        foreach ($entry in $entries) {
            [System.Management.Automation.ErrorCategory].GetEnumNames() | Should -Contain $entry.category -Because $entry.id
            $entry.category -ne 'NotSpecified' -or $entry.id -eq 'Unexpected' | Should -BeTrue -Because $entry.id
            $entry.message, $entry.causes, $entry.action | Should -Not -BeNullOrEmpty
        }
    }
}
