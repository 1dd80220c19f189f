param([Parameter(Mandatory)] [string] $Module)

# Recovery plans as files.
BeforeAll {
    . $PSScriptRoot/Common.ps1
    Import-Module $Module -Force
    $folder = Enter-TestFolder
    Write-Image disk.img 1
    Initialize-Vault
    $null = New-AsrMachine web01 onprem ./disk.img -Wait
    $null = Enable-AsrProtection web01 -Wait
    $null = New-AsrRecoveryPlan shop -Group 'web01' -Wait
    $scripts = (New-Item -ItemType Directory (Join-Path (Get-AsrVault).Path scripts)).FullName
    Set-Content (Join-Path $scripts a.ps1) '"done"'
    $null = Add-AsrRecoveryPlanAction shop tell -Group 1 -Position End -Script a.ps1 -Parameter @{ Port = 1 } -Force -Wait
    $null = Add-AsrRecoveryPlanAction shop look -Group Failover -Position End -Manual 'Look at it.' -Force -Wait
}

AfterAll {
    Exit-TestFolder $folder
}

Describe 'A recovery plan as a file' -Tag 'RPL-02' {
    It 'comes back as it was' {
        $file = Export-AsrRecoveryPlan shop ./shop.json
        $file.Name | Should -Be 'shop.json'
        $before = Get-Content shop.json -Raw
        $null = Remove-AsrRecoveryPlan shop -Wait
        $null = Import-AsrRecoveryPlan shop.json -Wait
        $null = Get-AsrRecoveryPlan shop | Export-AsrRecoveryPlan -Path again.json
        Get-Content again.json -Raw | Should -BeExactly $before
    }

    It 'replaces nothing unless it is asked to' {
        Export-AsrRecoveryPlan shop shop.json -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId | Should -Match '^FileExists'
        Import-AsrRecoveryPlan shop.json -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId | Should -Match '^PlanExists'
        "$((Import-AsrRecoveryPlan shop.json -Replace -Wait).State)" | Should -Be 'Succeeded'
        { Export-AsrRecoveryPlan shop shop.json -WhatIf -Force } | Should -Not -Throw
    }

    It 'says where it is wrong' {
        (Get-Content shop.json -Raw).Replace('"web01"', '"nobody"') | Set-Content wrong.json
        Import-AsrRecoveryPlan wrong.json -Replace -ErrorAction SilentlyContinue -ErrorVariable refused
        $refused[0].FullyQualifiedErrorId | Should -Match '^PlanFileInvalid'
        "$($refused[0])" | Should -Match '\$\.groups\[2\]\.items\[0\]'
    }

    It 'does not bring in a script that is not there as it was' {
        Add-Content (Join-Path $scripts a.ps1) '# changed'
        Import-AsrRecoveryPlan shop.json -Replace -ErrorAction SilentlyContinue -ErrorVariable refused
        "$($refused[0])" | Should -Match '\$\.groups\[2\]\.endActions\[0\]\.script.*a\.ps1'
    }

    It 'is read as the service writes it' {
        @'
{ "name": "theirs", "properties": { "groups": [
  { "groupType": "Shutdown", "replicationProtectedItems": [], "startGroupActions": [], "endGroupActions": [] },
  { "groupType": "Failover", "replicationProtectedItems": [], "startGroupActions": [], "endGroupActions": [] },
  { "groupType": "Boot", "replicationProtectedItems": [ { "id": "/subscriptions/s/replicationProtectedItems/f8491e4f", "virtualMachineId": "f8491e4f" } ],
    "startGroupActions": [], "endGroupActions": [ { "actionName": "tell", "failoverTypes": [ "TestFailover" ], "failoverDirections": [ "PrimaryToRecovery" ],
      "customDetails": { "instanceType": "ScriptActionDetails", "path": "\\\\library\\a.ps1", "timeout": null, "fabricLocation": "Primary" } } ] } ] } }
'@ | Set-Content theirs.json
        $hash = @{ 'a.ps1' = (Get-FileHash (Join-Path $scripts a.ps1)).Hash }
        $null = Import-AsrRecoveryPlan theirs.json -Item @{ f8491e4f = 'web01' } -ScriptHash $hash -Wait
        (Get-AsrRecoveryPlan theirs).Items | Should -Be 'web01'
        "$((Get-AsrRecoveryPlan theirs).Actions)" | Should -Be 'tell'
    }
}
