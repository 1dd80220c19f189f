param([Parameter(Mandatory)] [string] $Module)

# Where a machine in Azure does not come home to: each kind of site that takes none is refused, with the sites that do. To see
# it fail: leave a kind out of the checks TargetHypervisor and TargetNotPhysical.

BeforeDiscovery {
    $protected = foreach ($kind in 'VMware', 'AzureVMwareSolution', 'Physical') {
        $ways = @(
            @{ Way = 'a Hyper-V site'; To = 'hyperv'; Why = 'TargetNotEsxi' }
            @{ Way = 'a VMM site'; To = 'vmm'; Why = 'TargetNotEsxi' }
            @{ Way = 'another Azure region'; To = 'region'; Why = 'TargetNotEsxi' }
            @{ Way = 'a site of physical servers'; To = 'servers'; Why = 'TargetPhysical' }
            @{ Way = 'a site that is not in the vault'; To = 'nowhere'; Why = 'SiteNotDiscovered' }
            if ($kind -eq 'Physical') {
                @{ Way = 'where it came from'; To = $null; Why = 'TargetPhysical' }
            }
        )
        @{ Kind = $kind; Ways = $ways; Named = $kind -eq 'Physical' ? 'dc2, dc3' : 'dc2, dc3, onprem' }
    }
}

BeforeAll {
    Import-Module $Module -Force
    . $PSScriptRoot/Common.ps1
}

Describe 'From Azure, what was protected as <Kind>' -ForEach $protected {
    BeforeAll {
        $folder = Enter-TestFolder
        Write-Image disk.img 1
        $null = New-AsrVault ./vault
        $null = New-AsrFabric onprem $Kind ./onprem -Wait
        $null = New-AsrFabric azure Azure ./azure -Wait
        $null = New-AsrMachine web01 onprem ./disk.img -Wait
        $null = Enable-AsrProtection web01 -Wait
        $null = Start-AsrFailover web01 -Force -Wait -WarningAction SilentlyContinue
        $null = Confirm-AsrCommit web01 -Force -Wait
        $null = New-AsrRecoveryPlan shop -Group 'web01' -Wait
        foreach ($site in @(('hyperv', 'HyperV'), ('vmm', 'Vmm'), ('region', 'Azure'), ('servers', 'Physical'), ('dc2', 'VMware'), ('dc3', 'AzureVMwareSolution'))) {
            $null = New-AsrFabric $site[0] $site[1] "./$($site[0])" -Wait
        }

        function Get-Reason($Failed) { @($Failed)[0].Exception.Error.Reasons | Select-Object -First 1 }
    }

    AfterAll {
        Exit-TestFolder $folder
    }

    It 'does not come home to <Way>' -ForEach $Ways -Tag 'FO-04', 'RP-09', 'RP-10', 'RP-15' {
        $where = $To ? @{ Fabric = $To } : @{}
        $before = @(Get-AsrJob).Count, (Get-AsrProtectedItem web01 | ConvertTo-Json -Depth 6)
        $null = Start-AsrReprotect web01 @where -ErrorVariable refusal -ErrorAction SilentlyContinue
        $reason = Get-Reason $refusal
        $reason.Id | Should -Be $Why
        $reason.RecommendedAction | Should -Match ": $Named\."
        @(Get-AsrJob).Count, (Get-AsrProtectedItem web01 | ConvertTo-Json -Depth 6) | Should -Be $before
        $report = Test-AsrReadiness web01 Reprotect @where
        $report.Ready | Should -BeFalse
        ($report.Checks | Where-Object State -EQ Failed).Finding.Id | Should -Be $Why
    }

    It 'completes the sites that take it' -Tag 'RP-15' {
        $line = 'Start-AsrReprotect web01 -Fabric '
        $completed = [Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText
        $completed | Should -Be ($Named -split ', ')
    }

    It 'is judged by the site that is named' -Tag 'RP-15' {
        Edit-Json ./dc2/site.json { $_.masterTargets[0].hasSnapshots = $true }
        (Test-AsrReadiness web01 Reprotect -Fabric dc2 -Quiet) | Should -BeFalse
        (Test-AsrReadiness web01 Reprotect -Fabric dc3 -Quiet) | Should -BeTrue
        $report = Test-AsrReadiness web01 Reprotect -Fabric dc2
        "$($report.From) $($report.To)" | Should -Be 'azure dc2'
        { Test-AsrReadiness web01 Commit -Fabric dc2 -ErrorAction Stop } | Should -Throw -ErrorId 'ParameterNotUsed*'
    }

    It 'comes home by a plan to the site that its row names' -Tag 'RPL-03', 'RP-10' {
        Set-Content ./home.csv "Name,Fabric,Datastore`nweb01,dc3,datastore2"
        $shown = Start-AsrRecoveryPlan shop Reprotect -MachineFile ./home.csv -WhatIf -PassThru
        "$($shown.Machines.To)" | Should -Be 'dc3'
        (Start-AsrRecoveryPlan shop Reprotect -Fabric dc2 -MachineFile ./home.csv -Force -Wait -WarningAction SilentlyContinue).State | Should -Be 'Succeeded'
        (Get-AsrProtectedItem web01).HomeFabric | Should -Be 'dc3'
        (Get-AsrMachine web01 -Fabric dc3).Disks.File | Should -Match '/datastore2/web01/'
        Get-AsrMachine web01 -Fabric dc2 -ErrorAction Ignore | Should -BeNullOrEmpty
    }
}
